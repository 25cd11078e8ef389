#include "http/outbound/curl_handle.h"

#include <new>

namespace xentree {

void load_curl() {
    static const CURLcode loaded = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (loaded != CURLE_OK)
        throw std::bad_alloc();
}

CurlEasy make_curl_easy() {
    load_curl();
    CurlEasy easy(curl_easy_init());
    if (!easy)
        throw std::bad_alloc();
    return easy;
}

void append(CurlList& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer)
        throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

std::string url_part(const std::string& url, CURLUPart part) {
    const CurlUrl parts(curl_url());
    char* found = nullptr;
    if (!parts ||
        curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(parts.get(), part, &found, 0) != CURLUE_OK)
        return {};
    std::string copy = found;
    curl_free(found);
    return copy;
}

} // namespace xentree
