#pragma once

namespace xentree {

// For a thread that others should not wait for; to be called before each piece of its work. From the first
// call on the thread has a low priority (about a tenth of a processor where others leave it none), which
// cannot be taken back; each call lets a thread go first that waits for this processor. Without the second
// the kernel would let even a thread of low priority run on for milliseconds.
void give_way();

} // namespace xentree
