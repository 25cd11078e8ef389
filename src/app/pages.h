#pragma once
#include <string>

#include "http/api.h"
#include "http/dispatcher.h"

namespace xentree {

// The pages outside the API: / (what this is), /docs (the reference) and /openapi.json (the document of what
// is implemented, with an ETag). Made once.
void serve_pages(Dispatcher& dispatcher, const Api& api);

// The served document as text, indented for people where wanted.
std::string openapi_text(const Api& api);

// The reference as a page of plain HTML, without scripts.
std::string reference_page(const Api& api);

} // namespace xentree
