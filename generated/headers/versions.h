// What the headers call themselves; read by `regenerate`, not part of the output
#include <features.h>
#include <linux/version.h>
