#pragma once
#include <curl/curl.h>

#include <memory>
#include <string>

namespace xentree {

// libcurl's objects with their ends. Any thread, each object on one at a time.
struct FreeCurl {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    void operator()(curl_mime* mime) const { curl_mime_free(mime); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlEasy = std::unique_ptr<CURL, FreeCurl>;
using CurlList = std::unique_ptr<curl_slist, FreeCurl>;
using CurlMime = std::unique_ptr<curl_mime, FreeCurl>;
using CurlUrl = std::unique_ptr<CURLU, FreeCurl>;

// Loads libcurl once. Throws std::bad_alloc.
void load_curl();
CurlEasy make_curl_easy();
void append(CurlList& list, const std::string& line);

// A part of a URL as libcurl reads it, which is how it is called. Empty where there is no such part, and for
// every part of what is no URL.
std::string url_part(const std::string& url, CURLUPart part);

} // namespace xentree
