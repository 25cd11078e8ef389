#include "app/scratch_application.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace xentree {

ScratchApplication::ScratchApplication() {
    std::string pattern = (std::filesystem::temp_directory_path() / "xentree-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        throw std::runtime_error("No temporary directory can be made.");
    directory_ = pattern;
    Settings settings;
    settings.data = directory_;
    Foundation foundation(settings);
    foundation.database->migrate();
    application_ = std::make_unique<Application>(settings, std::move(foundation));
}

ScratchApplication::~ScratchApplication() {
    application_->close();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

} // namespace xentree
