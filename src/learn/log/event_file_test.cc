#include "learn/log/event_file.h"

#include <sys/resource.h>
#include <unistd.h>

#include <bit>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/crc32c.h"
#include "core/files/little_endian.h"

namespace seafusion::learn {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Bytes = std::vector<std::uint8_t>;

Bytes Ascii(std::string_view text) {
  return {text.begin(), text.end()};
}

TEST(Crc32c, AgreesWithRfc3720) {
  EXPECT_EQ(Crc32c(Ascii("123456789")), 0xe3069283u);
  EXPECT_EQ(Crc32c(Bytes(32, 0x00)), 0x8a9136aau);
  EXPECT_EQ(Crc32c(Bytes(32, 0xff)), 0x62a8ab43u);
  Bytes ascending(32);
  for (std::size_t i = 0; i < 32; ++i) ascending[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(Crc32c(ascending), 0x46dd794eu);
  EXPECT_EQ(Crc32c({}), 0u);
}

// Fields of a message: number to raw value; varints and fixed numbers as eight bytes.
std::multimap<int, Bytes> Fields(const Bytes& message) {
  std::multimap<int, Bytes> fields;
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t byte = message.at(at++);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.size()) {
    const std::uint64_t key = varint();
    Bytes value;
    if ((key & 7) == 0) {
      AppendLittleEndian(varint(), value);
    } else {
      const std::size_t size = (key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : varint();
      if (size > message.size() - at) throw std::out_of_range("field");
      value.assign(message.begin() + static_cast<std::ptrdiff_t>(at),
                   message.begin() + static_cast<std::ptrdiff_t>(at + size));
      at += size;
    }
    fields.emplace(static_cast<int>(key >> 3), value);
  }
  return fields;
}

struct Event {
  double time = 0;
  std::uint64_t step = 0;
  std::string version;
  std::vector<std::pair<std::string, float>> scalars;
  std::optional<Bytes> png;
  std::uint64_t width = 0, height = 0;
  bool session_start = false;
};

std::string Text(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

Event ParseEvent(const Bytes& payload) {
  Event event;
  for (const auto& [field, value] : Fields(payload)) {
    if (field == 1)
      event.time = std::bit_cast<double>(LoadLittleEndian<std::uint64_t>(value.data()));
    if (field == 2) event.step = LoadLittleEndian<std::uint64_t>(value.data());
    if (field == 3) event.version = Text(value);
    if (field == 7) {
      event.session_start =
          LoadLittleEndian<std::uint64_t>(Fields(value).find(1)->second.data()) == 1;
    }
    if (field != 5) continue;
    for (const auto& [one, part] : Fields(value)) {
      EXPECT_EQ(one, 1);
      const auto entry = Fields(part);
      const std::string tag = Text(entry.find(1)->second);
      if (const auto it = entry.find(2); it != entry.end()) {
        event.scalars.emplace_back(tag, LoadFloat32(it->second.data()));
      }
      if (const auto it = entry.find(4); it != entry.end()) {
        const auto image = Fields(it->second);
        event.height = LoadLittleEndian<std::uint64_t>(image.find(1)->second.data());
        event.width = LoadLittleEndian<std::uint64_t>(image.find(2)->second.data());
        event.png = image.find(4)->second;
      }
    }
  }
  return event;
}

// Checks both CRCs of every record.
std::vector<Event> ReadEvents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const Bytes file((std::istreambuf_iterator<char>(in)), {});
  std::vector<Event> events;
  std::size_t at = 0;
  while (at < file.size()) {
    const std::span<const std::uint8_t> rest(file.data() + at, file.size() - at);
    if (rest.size() < 16) throw std::out_of_range("record");
    const auto size = static_cast<std::size_t>(LoadLittleEndian<std::uint64_t>(rest.data()));
    EXPECT_EQ(LoadLittleEndian<std::uint32_t>(&rest[8]), MaskedCrc32c(rest.first(8)));
    const auto payload = rest.subspan(12, size);
    EXPECT_EQ(LoadLittleEndian<std::uint32_t>(rest.data() + 12 + size), MaskedCrc32c(payload));
    events.push_back(ParseEvent({payload.begin(), payload.end()}));
    at += size + 16;
  }
  return events;
}

class EventFileTest : public ::testing::Test {
 protected:
  EventFileTest()
      : folder_(fs::temp_directory_path() / ("event_file_test." + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~EventFileTest() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(EventFileTest, WhatIsWrittenIsRead) {
  auto file = EventFile::Create(folder_.string(), 0);
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_THAT(fs::path(file->path()).filename().string(), StartsWith("events.out.tfevents."));
  const std::vector<EventFile::Scalar> losses = {{"loss/content", 2.5}, {"loss/main", -1e-3}};
  ASSERT_TRUE(file->AddScalars(1, losses).ok());
  ASSERT_TRUE(file->AddScalars(2, {}).ok());
  // A step whose varint has several bytes, and a payload whose length has.
  Bytes png(1000);
  for (std::size_t i = 0; i < png.size(); ++i) png[i] = static_cast<std::uint8_t>(7 * i);
  ASSERT_TRUE(file->AddPicture(std::uint64_t{1} << 40, "fused", 640, 480, png).ok());

  const std::vector<Event> events = ReadEvents(file->path());
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].version, "brain.Event:2");
  EXPECT_GT(events[0].time, 1.6e9);
  EXPECT_FALSE(events[0].session_start);
  EXPECT_EQ(events[1].step, 1u);
  EXPECT_THAT(events[1].scalars,
              ElementsAre(Pair("loss/content", FloatEq(2.5f)), Pair("loss/main", FloatEq(-1e-3f))));
  EXPECT_EQ(events[2].step, std::uint64_t{1} << 40);
  EXPECT_EQ(events[2].width, 640u);
  EXPECT_EQ(events[2].height, 480u);
  EXPECT_EQ(events[2].png, png);
}

TEST_F(EventFileTest, AResumedRunHasALaterFileThatSaysSo) {
  const auto first = EventFile::Create(folder_.string(), 0);
  const auto second = EventFile::Create(folder_.string(), 120);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_LT(first->path(), second->path());
  const std::vector<Event> events = ReadEvents(second->path());
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_TRUE(events[1].session_start);
  EXPECT_EQ(events[1].step, 120u);
}

TEST_F(EventFileTest, AFolderThatIsNotThereIsNamed) {
  const auto file = EventFile::Create((folder_ / "absent").string(), 0);
  EXPECT_EQ(file.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(file.status().message()), HasSubstr("absent"));
}

TEST_F(EventFileTest, AFullDiskIsAnError) {
  auto file = EventFile::Create(folder_.string(), 0);
  ASSERT_TRUE(file.ok());
  // A limit on file sizes stands in for the disk.
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{100, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const Status s = file->AddPicture(1, "fused", 1, 1, Bytes(1000));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  EXPECT_EQ(s.code(), StatusCode::kIoError);
  EXPECT_THAT(std::string(s.message()), HasSubstr(file->path()));
}

}  // namespace
}  // namespace seafusion::learn
