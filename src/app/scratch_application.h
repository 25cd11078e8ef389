#pragma once
#include <memory>
#include <string>

#include "app/application.h"

namespace xentree {

// The whole application over an empty database in a temporary directory, for commands that look at what it
// implements. Gone with the object.
class ScratchApplication {
  public:
    ScratchApplication();
    ~ScratchApplication();
    Application& application() const { return *application_; }

  private:
    struct Directory {
        std::string path;
        ~Directory();
    };
    Directory directory_;
    std::unique_ptr<Application> application_;
};

} // namespace xentree
