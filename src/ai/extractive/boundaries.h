#pragma once
#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <memory>
#include <new>
#include <string_view>

namespace xentree::extractive {

struct CloseText {
    void operator()(UText* text) const { utext_close(text); }
};

// Sets an iterator to UTF-8 text; its boundaries are then offsets in bytes. The text must stay.
inline void look_at(icu::BreakIterator& boundaries, std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UText, CloseText> view(
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status));
    boundaries.setText(view.get(), status);
    if (U_FAILURE(status))
        throw std::bad_alloc();
}

} // namespace xentree::extractive
