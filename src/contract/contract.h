#pragma once
#include <boost/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/shape.h"
#include "contract/validator.h"

namespace xentree {

enum class ParameterPlace { path, query, header, cookie };

struct ContractParameter {
    std::string name;
    ParameterPlace place = ParameterPlace::query;
    bool required = false;
    std::shared_ptr<const Validator> validator;
    std::shared_ptr<const Shape> shape;
    std::optional<boost::json::value> default_value;
};

struct ContractBody {
    bool required = false;
    std::size_t limit = 0; // bytes: the largest of the forms'
    struct Form {
        std::size_t limit = 0; // bytes: x-body-limit, else 1 MiB
        std::shared_ptr<const Validator> validator;
        std::shared_ptr<const Shape> shape;
    };
    std::map<std::string, Form, std::less<>> forms; // by media type
};

struct ContractAnswer {
    // The shape by media type; a null pointer for what has no JSON form (text/event-stream, binary). Empty
    // for an answer without a body.
    std::map<std::string, std::shared_ptr<const Shape>, std::less<>> forms;
};

// Who may call. Each operation says at least one of these; the contract cannot be loaded otherwise.
struct AccessRule {
    bool is_public = false;                 // x-public
    bool bearer_only = false;               // x-bearer-only
    bool admin = false;                     // x-admin
    bool takes_service_key = false;         // x-service-key
    std::optional<std::string> scope;       // x-scope
    std::optional<std::string> grant_scope; // x-grant-scope
};

struct Operation {
    std::string id;     // operationId
    std::string method; // upper case
    std::string path;   // as in the document: /api/core/conversations/{conversation_id}
    std::string tag;
    std::string summary;
    AccessRule access;
    std::string rate_class; // x-rate-class; empty where only the general limits hold
    bool rate_limited = true;
    std::vector<ContractParameter> parameters;
    std::optional<ContractBody> body;
    std::map<int, ContractAnswer> answers; // by status
    bool takes_idempotency_key() const;
};

// The OpenAPI document that this server serves. Immutable after loading; any thread.
class Contract {
  public:
    // Reads a bundle made by contract/bundle.py. Throws std::runtime_error with every fault found: operations
    // without an access rule, references that lead nowhere, schema keywords that the validator does not know.
    static Contract load(std::string_view bundle);

    const std::vector<Operation>& operations() const { return operations_; }
    const Operation* find(std::string_view operation_id) const; // null where there is none

    // The document with these operations only, and only the components, tags and paths that they need.
    boost::json::object document(const std::set<std::string, std::less<>>& operation_ids) const;

  private:
    boost::json::object bundle_;
    std::vector<Operation> operations_;
};

// The contract that was built into this program.
std::string_view bundled_contract();

} // namespace xentree
