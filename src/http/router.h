#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/api.h"

namespace xentree {

struct RoutedOperation {
    const Operation* operation;
    const Api::Handler* handler;
    const BodyRule* rule; // null without one
};

// Finds the operation of a method and a path. Immutable after construction; any thread.
class Router {
  public:
    explicit Router(const Api& api);

    struct Match {
        const std::map<std::string, RoutedOperation, std::less<>>* methods = nullptr; // null: no such path
        std::vector<std::string> path_values; // decoded, in the order of the path's parameters
    };
    // `path` is percent-encoded. A fixed segment wins over a parameter.
    Match find(std::string_view path) const;

  private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
        std::unique_ptr<Node> parameter;
        std::map<std::string, RoutedOperation, std::less<>> methods;
    };
    static void find_in(const Node& node, std::string_view rest, Match& match);
    Node root_;
};

} // namespace xentree
