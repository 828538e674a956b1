#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "serve/api/api.h"

namespace seafusion::serve {
namespace {

TEST(SettingsTest, OfChangesAtOneTimeNoneIsLost) {
  const ScratchFolder scratch;
  const ImageBuffer picture = *ImageBuffer::Create(8, 6, PixelFormat::kGray8);
  SessionOptions options;
  options.engine.threads = 1;
  for (const auto& [folder, source] :
       {std::pair{"ir", &options.stream.infrared}, std::pair{"vi", &options.stream.visible}}) {
    *source = scratch / folder;
    std::filesystem::create_directories(*source);
    ASSERT_TRUE(io::WriteImage(*source + "/a.png", picture.view(), IfExists::kFail).ok());
  }
  const auto session = Session::Start(options, [](const MomentPtr&) {});
  ASSERT_TRUE(session.ok()) << session.status().message();
  Access access({});
  Api api({.access = &access, .session = session->get()});
  const auto ask = [&](const std::string& method, const nlohmann::json& body) {
    return nlohmann::json::parse(
        api.Handle({.method = method,
                    .path = "/api/settings",
                    .headers = {{"host", "localhost"}, {"content-type", "application/json"}},
                    .body = body.dump()})
            .body);
  };
  // A setting that nobody else changes, while models are loaded, each anew: the last two are kept.
  std::atomic<bool> done = false;
  std::thread loading([&] {
    for (int i = 0; i < 12; ++i) {
      const char* model = i % 2 == 0 ? "full" : "lite";
      const char* precision = i / 2 % 2 == 0 ? "fp32" : "auto";
      const auto set = ask("POST", {{"model", model}, {"precision", precision}});
      EXPECT_EQ(set["model"], model) << set;
      EXPECT_EQ(set["precision"], precision) << set;
    }
    done = true;
  });
  for (bool gray = true; !done; gray = !gray) {
    EXPECT_EQ(ask("POST", {{"gray", gray}})["gray"], gray);
    EXPECT_EQ(ask("GET", nullptr)["gray"], gray);
  }
  loading.join();
}

}  // namespace
}  // namespace seafusion::serve
