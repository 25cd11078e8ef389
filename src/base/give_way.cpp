#include "base/give_way.h"

#include <sys/resource.h>

namespace xentree {

namespace {

constexpr int niceness = 10;

} // namespace

void give_way() {
    // Linux takes 0 for the calling thread, not the process. Where it is refused, all goes on as before.
    ::setpriority(PRIO_PROCESS, 0, niceness);
}

} // namespace xentree
