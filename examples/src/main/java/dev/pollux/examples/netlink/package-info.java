/** Links and addresses that come and go, told by the kernel over netlink, also after it has lost some of what it told. */
package dev.pollux.examples.netlink;
