#include "http/router.h"

#include <boost/url/pct_string_view.hpp>

namespace xentree {

namespace {

// The first segment of a path that begins with '/', which is taken off.
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

// Nothing where an escape is malformed.
std::optional<std::string> decode(std::string_view segment) {
    const auto encoded = boost::urls::make_pct_string_view(segment);
    return encoded ? std::optional(encoded->decode()) : std::nullopt;
}

} // namespace

Router::Router(const Api& api) {
    for (const auto& operation : api.contract().operations()) {
        const Api::Handler* const handler = api.handler(operation.id);
        if (!handler)
            continue;
        Node* node = &root_;
        for (std::string_view rest = operation.path; !rest.empty();) {
            const auto segment = take_segment(rest);
            auto& next = segment.starts_with('{') ? node->parameter : node->fixed[std::string(segment)];
            if (!next)
                next = std::make_unique<Node>();
            node = next.get();
        }
        node->methods[operation.method] = {&operation, handler, api.rule(operation.id)};
    }
}

Router::Match Router::find(std::string_view path) const {
    Match match;
    if (path.starts_with('/'))
        find_in(root_, path, match);
    return match;
}

void Router::find_in(const Node& node, std::string_view rest, Match& match) {
    if (rest.empty()) {
        if (!node.methods.empty())
            match.methods = &node.methods;
        return;
    }
    const auto segment = take_segment(rest);
    if (const auto fixed = node.fixed.find(segment); fixed != node.fixed.end()) {
        find_in(*fixed->second, rest, match);
        if (match.methods)
            return;
    }
    if (!node.parameter || segment.empty())
        return;
    auto value = decode(segment);
    if (!value)
        return;
    match.path_values.push_back(std::move(*value));
    find_in(*node.parameter, rest, match);
    if (!match.methods)
        match.path_values.pop_back();
}

} // namespace xentree
