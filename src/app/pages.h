#pragma once
#include <string>

#include "http/api.h"
#include "http/dispatcher.h"

namespace xentree {

// What is served outside the API: the files of webapp/public, among them / (what this is) and /docs (the
// reference), and /openapi.json (the document of what is implemented). A new page is a new file there.
void serve_pages(Dispatcher& dispatcher, const Api& api);

// The served document as text.
std::string openapi_text(const Api& api);

} // namespace xentree
