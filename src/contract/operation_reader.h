#pragma once
#include <boost/json.hpp>

#include <set>
#include <string>

#include "contract/contract.h"
#include "contract/schema_compiler.h"
#include "contract/shape_reader.h"

namespace xentree {

// Reads the operations of a document. Faults are collected; an operation with faults is of no use.
class OperationReader {
  public:
    explicit OperationReader(const boost::json::object& document);

    std::vector<Operation> read_all();
    const std::set<std::string>& faults() const { return faults_; }

  private:
    void read_path(const std::string& path, const boost::json::value& item,
                   std::vector<Operation>& operations);
    Operation read(const std::string& method, const std::string& path, const boost::json::object& source);
    AccessRule read_access(const boost::json::object& source);
    std::vector<ContractParameter> read_parameters(const boost::json::object& source);
    ContractParameter read_parameter(const boost::json::value& source, const std::string& place);
    ContractBody read_body(const boost::json::object& source);
    ContractAnswer read_answer(const boost::json::value& source, const std::string& place);
    void check_path_parameters(const Operation& operation);
    void check_references(const boost::json::value& value, const std::string& place);
    const boost::json::object& follow(const boost::json::value& value) const;
    std::shared_ptr<const Validator> validator(const boost::json::value& schema, const std::string& place);
    void fault(std::string_view message);

    const boost::json::object& document_;
    SchemaCompiler compiler_;
    ShapeReader shapes_;
    std::string place_; // of the operation that is read
    std::set<std::string> faults_;
};

} // namespace xentree
