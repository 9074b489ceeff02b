/** Links and addresses that come and go, told by the kernel over netlink, and known also after it has lost some. */
package dev.pollux.examples.netlink;
