#include "base/give_way.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace xentree {

namespace {

constexpr int more_niceness = 10;
constexpr int most_niceness = 19;

} // namespace

void give_way() {
    thread_local bool has_low_priority = false;
    if (!std::exchange(has_low_priority, true)) {
        // Linux takes 0 for the calling thread, not the process. Where it is refused, all goes on as before.
        const int niceness = ::getpriority(PRIO_PROCESS, 0);
        ::setpriority(PRIO_PROCESS, 0, std::min(niceness + more_niceness, most_niceness));
    }
    ::sched_yield();
}

} // namespace xentree
