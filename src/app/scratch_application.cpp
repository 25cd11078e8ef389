#include "app/scratch_application.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace xentree {

ScratchApplication::ScratchApplication() {
    std::string pattern = (std::filesystem::temp_directory_path() / "xentree-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        throw std::runtime_error("No temporary directory can be made.");
    directory_.path = pattern;
    Settings settings;
    settings.data = directory_.path;
    Foundation foundation(settings);
    foundation.database->migrate();
    application_ = std::make_unique<Application>(settings, std::move(foundation));
}

ScratchApplication::Directory::~Directory() {
    std::error_code ignored;
    if (!path.empty())
        std::filesystem::remove_all(path, ignored);
}

ScratchApplication::~ScratchApplication() {
    application_->close();
}

} // namespace xentree
