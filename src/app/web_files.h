#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace xentree {

enum class WebFileType { html, css, js, svg };

// A file of webapp/public, or the renderer of /docs, as it lies in the program: in the gzip form.
struct WebFile {
    std::string_view path; // the URL's
    WebFileType type;
    std::string_view packed;
};

std::span<const WebFile> web_files();

} // namespace xentree
