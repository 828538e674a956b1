// What strangers may try, and what they get. SECURITY.md lists the threats; each has its lines
// here.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/http/access.h"
#include "serve/http/server.h"
#include "serve/testing/running_page.h"

namespace seafusion::serve {
namespace {

using testing::Answer;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawClient;
using testing::RunningPage;

class AttackTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ServeSettings settings;
    settings.token = true;
    settings.recordings.folder = "kept";
    settings.server.request_time = std::chrono::milliseconds(400);
    settings.server.answer_time = std::chrono::milliseconds(400);
    settings.server.rate = 1e6;
    settings.server.most_clients = 24;
    settings.server.most_streams = 6;
    page_ = std::make_unique<RunningPage>("attacked", settings);
    ASSERT_TRUE(page_->status().ok()) << page_->status().message();
    ASSERT_NE(page_->port(), 0);
    std::ofstream(page_->folder() / "secret.png") << "secret";
    std::filesystem::create_symlink(page_->folder() / "secret.png",
                                    page_->folder() / "kept" / "20260101-000000-abcd-fused.png");
  }
  static void TearDownTestSuite() { page_.reset(); }

  static std::string Host() { return "Host: 127.0.0.1:" + std::to_string(page_->port()) + "\r\n"; }
  static std::string Token() { return "Authorization: Bearer " + page_->address().token + "\r\n"; }
  static std::string Own() { return "http://127.0.0.1:" + std::to_string(page_->port()); }
  static void ExpectAlive() { EXPECT_EQ(page_->Ask("GET", "/healthz").status, 200); }

  static std::unique_ptr<RunningPage> page_;
};
std::unique_ptr<RunningPage> AttackTest::page_;

TEST_F(AttackTest, EachGetsItsRefusalAndNothingElse) {
  const std::string json = "Content-Type: application/json\r\n";
  const std::string close = "Connection: close\r\n";
  const auto get = [&](const std::string& target, const std::string& headers) {
    return "GET " + target + " HTTP/1.1\r\n" + headers + close + "\r\n";
  };
  const auto post = [&](const std::string& target, const std::string& headers,
                        const std::string& body) {
    return "POST " + target + " HTTP/1.1\r\n" + headers + close +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  const std::string in = Host() + Token();
  // Whoever copies what such a member holds needs more stack than a thread has.
  const auto deep = [](const std::string& member) {
    constexpr std::size_t kDeep = 30000;
    return "{\"" + member + "\":" + std::string(kDeep, '[') + std::string(kDeep, ']') + "}";
  };
  struct Attack {
    const char* name;
    std::string bytes;
    int status;  // 0: closed without a word
  };
  const std::vector<Attack> attacks = {
      // Files by name.
      {"up and up", get("/../../../../etc/passwd", in), 404},
      {"up, escaped", get("/%2e%2e/%2e%2e/etc/passwd", in), 404},
      {"up, escaped twice", get("/%252e%252e%252fetc%252fpasswd", in), 404},
      {"up, backwards", get("/..\\..\\etc\\passwd", in), 404},
      {"up from the page", get("/main.js/../../secret.png", in), 404},
      {"absolute", get("//etc/passwd", in), 404},
      {"a file's address", get("/file:///etc/passwd", in), 404},
      {"recording by path", get("/api/recordings/../secret.png", in), 404},
      {"recording by escaped path", get("/api/recordings/..%2fsecret.png", in), 404},
      {"recording with a zero", get("/api/recordings/20260101-000000-abcd-fused%00.png", in), 404},
      {"recording that is a link", get("/api/recordings/20260101-000000-abcd-fused", in), 404},
      {"deleting by path", "DELETE /api/recordings/../ir HTTP/1.1\r\n" + in + close + "\r\n", 404},
      {"deleting a page", "DELETE /index.html HTTP/1.1\r\n" + in + close + "\r\n", 404},
      {"weights by a path", post("/api/settings", in + json, R"({"model":"/etc/passwd"})"), 400},
      {"weights of the start", post("/api/settings", in + json, R"({"model":"start"})"), 400},
      // Without the token.
      {"no token", get("/api/status", Host()), 401},
      {"no token, pictures", get("/stream?view=fused", Host()), 401},
      {"no token, figures", get("/metrics", Host()), 401},
      {"no token, unknown path", get("/api/nothing", Host()), 401},
      {"no token, change", post("/api/settings", Host() + json, "{}"), 401},
      {"wrong token", get("/api/status", Host() + "Authorization: Bearer 0\r\n"), 401},
      {"token as Basic", get("/api/status", Host() + "Authorization: Basic YTpi\r\n"), 401},
      {"token in the address", get("/api/status?token=" + page_->address().token, Host()), 401},
      {"cookie made up", get("/api/status", Host() + "Cookie: seafusion=0123456789abcdef\r\n"),
       401},
      {"wrong login", post("/api/login", Host() + json, R"({"token":"x"})"), 401},
      {"login without one", post("/api/login", Host() + json, "{}"), 400},
      {"login that is a list", post("/api/login", Host() + json, "[1]"), 400},
      // By another name, from another page.
      {"name of a stranger", get("/api/status", "Host: evil.example\r\n" + Token()), 421},
      {"name that begins alike", get("/api/status", "Host: 127.0.0.1.evil.example\r\n" + Token()),
       421},
      {"address that is not here", get("/api/status", "Host: 10.1.2.3:80\r\n" + Token()), 421},
      {"no name", get("/api/status", Token()), 421},
      {"empty name", get("/api/status", "Host:\r\n" + Token()), 421},
      {"two names", get("/api/status", in + "Host: evil.example\r\n"), 400},
      {"port that is none", get("/api/status", "Host: 127.0.0.1:80x\r\n" + Token()), 421},
      {"page of a stranger",
       post("/api/settings", in + json + "Origin: http://evil.example\r\n", "{}"), 403},
      {"page of another port",
       post("/api/settings", in + json + "Origin: http://127.0.0.1:1\r\n", "{}"), 403},
      {"page without a name", post("/api/settings", in + json + "Origin: null\r\n", "{}"), 403},
      {"page of another protocol",
       post("/api/settings",
            in + json + "Origin: https://127.0.0.1:" + std::to_string(page_->port()) + "\r\n",
            "{}"),
       403},
      {"pictures in a stranger's page",
       get("/stream?view=fused", in + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"),
       403},
      {"a neighbour's page", get("/api/status", in + "Sec-Fetch-Site: same-site\r\n"), 403},
      {"a form",
       post("/api/settings", in + "Content-Type: application/x-www-form-urlencoded\r\n", "a=b"),
       415},
      {"a form of plain text",
       post("/api/settings", in + "Content-Type: text/plain\r\n", R"({"gray":true})"), 415},
      {"a form with a file",
       post("/api/settings", in + "Content-Type: multipart/form-data; boundary=a\r\n", "--a--"),
       415},
      {"no type", post("/api/settings", in, "{}"), 415},
      {"change by reading", get("/api/settings/reset", in), 404},
      {"recording by reading", get("/api/record?on=true", in), 404},
      {"a method that asks leave", "OPTIONS /api/settings HTTP/1.1\r\n" + in + close + "\r\n", 405},
      {"a method that writes",
       "PUT /index.html HTTP/1.1\r\n" + in + close + "Content-Length: 1\r\n\r\nx", 405},
      {"a method that echoes", "TRACE / HTTP/1.1\r\n" + in + close + "\r\n", 405},
      {"a proxy's method", "CONNECT evil.example:80 HTTP/1.1\r\n" + in + close + "\r\n", 400},
      {"a proxy's target", get("http://evil.example/", in), 400},
      // Not HTTP, or too much of it.
      {"header too long", get("/", in + "X: " + std::string(10000, 'a') + "\r\n"), 431},
      {"too many headers",
       get(
           "/", in +
                    [] {
                      std::string many;
                      for (int i = 0; i < 2000; ++i) many += "A" + std::to_string(i) + ": b\r\n";
                      return many;
                    }()),
       431},
      {"target too long", get("/" + std::string(9000, 'a'), in), 431},
      {"body too long", post("/api/settings", in + json, std::string(70000, ' ')), 413},
      {"body promised too long",
       "POST /api/settings HTTP/1.1\r\n" + in + json + "Content-Length: 99999999999\r\n\r\n", 413},
      {"length below zero",
       "POST /api/settings HTTP/1.1\r\n" + in + json + "Content-Length: -1\r\n\r\n", 400},
      {"two lengths",
       "POST / HTTP/1.1\r\n" + in + json + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400},
      {"length and chunks",
       "POST /api/settings HTTP/1.1\r\n" + in + json +
           "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"chunks without end",
       "POST /api/settings HTTP/1.1\r\n" + in + json + "Transfer-Encoding: chunked\r\n\r\n" +
           [] {
             std::string chunks;
             for (int i = 0; i < 80; ++i) chunks += "400\r\n" + std::string(1024, ' ') + "\r\n";
             return chunks;
           }(),
       413},
      {"a chunk of a size that is none",
       "POST /api/settings HTTP/1.1\r\n" + in + json + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
       400},
      {"no request", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400},
      {"a method with a zero", std::string("GE\0T / HTTP/1.1\r\n\r\n", 19), 400},
      {"a newline in the target", "GET /a\nb HTTP/1.1\r\n" + in + "\r\n", 400},
      {"a header without a colon", "GET / HTTP/1.1\r\n" + in + "nothing\r\n\r\n", 400},
      {"a header that is folded", get("/api/status", in + "X: a\r\n b\r\n"), 200},
      {"another version", "GET / HTTP/9.9\r\n" + in + "\r\n", 400},
      // JSON.
      {"no JSON", post("/api/settings", in + json, "{"), 400},
      {"deep JSON", post("/api/settings", in + json, std::string(60000, '[')), 400},
      {"deep token", post("/api/login", Host() + json, deep("token")), 400},
      {"deep pairs", post("/api/align/points", in + json, deep("pairs")), 400},
      {"deep canvas", post("/api/align/canvas", in + json, deep("canvas")), 400},
      {"deep wish", post("/api/align/find", in + json, deep("accept-unsure")), 400},
      {"deep settings", post("/api/settings/file", in + json, deep("seafusion-settings")), 400},
      {"a list", post("/api/settings", in + json, "[]"), 400},
      {"unknown setting", post("/api/settings", in + json, R"({"command":"rm"})"), 400},
      {"number that is a text", post("/api/settings", in + json, R"({"agc-clip":"2"})"), 400},
      {"number too large", post("/api/settings", in + json, R"({"agc-clip":1e308})"), 400},
      {"range that is none", post("/api/settings", in + json, R"({"ir-range":"fixed:2,1"})"), 400},
      {"bytes that are no UTF-8", post("/api/settings", in + json, "{\"\xff\xfe\":1}"), 400},
      {"nudge beyond all", post("/api/align/nudge", in + json, R"({"x":1e300})"), 400},
      {"map that is flat", post("/api/align/nudge", in + json, R"({"scale":0})"), 400},
      {"points on a line",
       post("/api/align/points", in + json,
            R"({"pairs":[{"infrared":[1,1],"visible":[1,1]},{"infrared":[1,1],"visible":[1,1]}]})"),
       400},
      {"rig of another size",
       post(
           "/api/align/rig", in + json,
           R"({"seafusion_rig":1,"infrared":{"width":9,"height":9},"visible":{"width":9,"height":9},"transform":{"model":"identity","visible_to_infrared":[1,0,0,0,1,0,0,0,1]},"found":{"method":"points"}})"),
       400},
      {"jump beyond the end", post("/api/play", in + json, R"({"position":1e308})"), 400},
      {"steps without number", post("/api/play", in + json, R"({"step":1e9})"), 400},
      {"view that is none", get("/stream?view=fused,secret", in), 400},
      {"view that is empty", get("/stream?view=", in), 400},
  };
  ASSERT_GE(attacks.size(), 40u);
  for (const Attack& attack : attacks) {
    const Answer answer = page_->Say(attack.bytes);
    EXPECT_EQ(answer.status, attack.status) << attack.name << "\n" << answer.head << answer.body;
    EXPECT_THAT(answer.body, Not(HasSubstr("root:"))) << attack.name;
    EXPECT_THAT(answer.body, Not(HasSubstr("secret"))) << attack.name;
    if (answer.status != 200) {
      EXPECT_THAT(answer.body, Not(HasSubstr(page_->folder().string()))) << attack.name;
    }
  }
  ExpectAlive();
}

TEST_F(AttackTest, WhoIsSlowIsLetGo) {
  const RawClient silent(page_->port()), half(page_->port()), body(page_->port());
  ASSERT_TRUE(half.Send("GET / HTTP/1.1\r\nHost: a"));
  ASSERT_TRUE(body.Send("POST /api/login HTTP/1.1\r\n" + Host() +
                        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"));
  // One byte now and then does not help: the time is for the whole request.
  const RawClient drop_by_drop(page_->port());
  bool open = true;
  const std::string drops =
      "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  for (std::size_t i = 0; i < drops.size() && open; ++i) {
    open = drop_by_drop.Send(drops.substr(i, 1));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_FALSE(open);
  for (const RawClient* client : {&silent, &half, &body}) EXPECT_EQ(client->ReadAll(), "");
  ExpectAlive();
}

TEST_F(AttackTest, WhoReadsNothingHoldsNobodyUp) {
  std::vector<std::unique_ptr<RawClient>> idle;
  const std::string request = "GET /stream?view=fused HTTP/1.1\r\n" + Host() + Token() + "\r\n";
  for (int i = 0; i < 4; ++i) {
    idle.push_back(std::make_unique<RawClient>(page_->port()));
    ASSERT_TRUE(idle.back()->Send(request));
  }
  const RawClient reader(page_->port());
  ASSERT_TRUE(reader.Send(request));
  const std::string text = reader.ReadUntil("--seafusion\r\n", 12);
  EXPECT_THAT(text, HasSubstr("X-View: fused"));
  // Frames are in order, and none comes twice.
  long last = -1;
  for (std::size_t at = 0; (at = text.find("X-Frame: ", at)) != std::string::npos; at += 9) {
    const long number = std::atol(text.c_str() + at + 9);
    EXPECT_GT(number, last);
    last = number;
  }
  EXPECT_GT(last, 0);
}

TEST_F(AttackTest, MoreThanMayComeAreTurnedAway) {
  {
    std::vector<std::unique_ptr<RawClient>> many;
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
      auto client = std::make_unique<RawClient>(page_->port());
      if (!client->connected()) ++refused;
      if (many.size() < 200) many.push_back(std::move(client));
    }
  }
  // They are gone, and so there is room again.
  int status = 0;
  for (int i = 0; i < 100 && status != 200; ++i) {
    status = page_->Ask("GET", "/healthz").status;
    if (status != 200) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(status, 200);
  const Answer metrics = page_->Ask("GET", "/metrics");
  EXPECT_THAT(metrics.body, Not(HasSubstr("clients_refused_total 0\n")));
}

TEST_F(AttackTest, MoreWatchersThanMayBeAreRefused) {
  std::vector<std::unique_ptr<RawClient>> watchers;
  int refused = 0;
  for (int i = 0; i < 8; ++i) {
    watchers.push_back(std::make_unique<RawClient>(page_->port()));
    ASSERT_TRUE(
        watchers.back()->Send("GET /stream?view=visible HTTP/1.1\r\n" + Host() + Token() + "\r\n"));
    const std::string text = watchers.back()->ReadUntil("\r\n\r\n");
    if (text.starts_with("HTTP/1.1 503")) ++refused;
  }
  EXPECT_GE(refused, 2);
  ExpectAlive();
}

TEST_F(AttackTest, TheCookieOpensAndIsNoScripts) {
  const Answer login =
      page_->Ask("POST", "/api/login", "{\"token\":\"" + page_->address().token + "\"}",
                 "Origin: " + Own() + "\r\nAuthorization: none\r\n");
  ASSERT_EQ(login.status, 200) << login.body;
  EXPECT_THAT(login.head, HasSubstr("HttpOnly; SameSite=Strict"));
  const std::size_t at = login.head.find("seafusion=");
  const std::string cookie = login.head.substr(at, login.head.find(';', at) - at);
  EXPECT_EQ(
      page_->Ask("GET", "/api/status", "", "Authorization: none\r\nCookie: a=b; " + cookie + "\r\n")
          .status,
      200);
  // Nothing of the token is in what the program tells.
  for (const char* path : {"/api/status", "/metrics", "/api/settings/file", "/"}) {
    EXPECT_THAT(page_->Ask("GET", path).body, Not(HasSubstr(page_->address().token))) << path;
  }
}

TEST_F(AttackTest, ThePageAllowsNoScriptsOfOthers) {
  const Answer page = page_->Ask("GET", "/", "", "Authorization: none\r\n");
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.head, HasSubstr("script-src 'self';"));
  EXPECT_THAT(page.head, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(page.head, HasSubstr("X-Content-Type-Options: nosniff"));
  EXPECT_THAT(page.head, HasSubstr("Cross-Origin-Resource-Policy: same-origin"));
  EXPECT_THAT(page.head, Not(HasSubstr("Access-Control-Allow")));
  for (const char* inline_code :
       {"<script>", "style=\"", "onclick=", "javascript:", "http://", "https://"}) {
    EXPECT_THAT(page.body, Not(HasSubstr(inline_code)));
  }
}

TEST(AccessTest, WrongTokensAreLookedAtSeldom) {
  Access access({.token_hash = HashOfToken("right")});
  const auto login = [&](const std::string& token, const std::string& peer) {
    return access.Login({.body = "{\"token\":\"" + token + "\"}", .peer = peer}).status;
  };
  for (int i = 0; i < Access::kMostWrong; ++i) EXPECT_EQ(login("wrong", "10.0.0.1"), 401);
  EXPECT_EQ(login("right", "10.0.0.1"), 429);
  EXPECT_EQ(login("right", "10.0.0.2"), 200);
}

TEST(AccessTest, OneThatListensEverywhereIsCalledByAnyAddressButByNoStrangersName) {
  const Access access({.host_names = {"mast.local"}, .loopback = false});
  const auto refused = [&](const std::string& host) {
    Request request{.method = "GET", .path = "/"};
    request.headers["host"] = host;
    return access.RefuseStranger(request).has_value();
  };
  for (const char* host : {"10.1.2.3:8080", "[fe80::1]:80", "mast.local:8080", "localhost"}) {
    EXPECT_FALSE(refused(host)) << host;
  }
  for (const char* host : {"evil.example", "mast.local.evil", "10.1.2", "[::1", "", ":80"}) {
    EXPECT_TRUE(refused(host)) << host;
  }
}

TEST(AccessTest, SecretsAreComparedWhole) {
  EXPECT_TRUE(SameInConstantTime("abc", "abc"));
  for (const char* other : {"abd", "xbc", "ab", "abcd", ""}) {
    EXPECT_FALSE(SameInConstantTime("abc", other)) << other;
  }
  EXPECT_NE(*NewToken(), *NewToken());
  EXPECT_EQ(NewToken()->size(), 32u);
}

TEST(ServeRunTest, ATokenIsAskedForWhereOthersCanReachThePage) {
  ServeSettings settings;
  settings.server.address = "0.0.0.0";
  const RunningPage page("everywhere", settings);
  ASSERT_TRUE(page.status().ok());
  EXPECT_EQ(page.address().token.size(), 32u);
  EXPECT_THAT(page.address().url, HasSubstr("#token="));
  EXPECT_EQ(page.Ask("GET", "/api/status").status, 200);
  EXPECT_EQ(page.Ask("GET", "/api/status", "", "Authorization: none\r\n").status, 401);
}

TEST(ServeRunTest, TooManyRequestsOfOneAddressWait) {
  ServeSettings settings;
  settings.server.rate = 10;
  const RunningPage page("often", settings);
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    if (page.Ask("GET", "/healthz").status == 429) ++refused;
  }
  EXPECT_GE(refused, 10);
}

// A refusal belongs to its own request and not to the one before on the same connection.
TEST(ServeRunTest, ARefusalAfterHeadHasItsBody) {
  ServeSettings settings;
  settings.server.rate = 5;
  const RunningPage page("head", settings);
  const std::string host = "Host: 127.0.0.1:" + std::to_string(page.port()) + "\r\n";
  std::string requests;
  for (int i = 0; i < 30; ++i) requests += "HEAD /healthz HTTP/1.1\r\n" + host + "\r\n";
  requests += "GET /healthz HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n";
  const RawClient client(page.port());
  client.Send(requests);
  const std::string answers = client.ReadAll();
  const std::size_t last = answers.rfind("HTTP/1.1 429");
  ASSERT_NE(last, std::string::npos) << answers;
  EXPECT_THAT(answers.substr(last), HasSubstr("\r\n\r\n{"));
  EXPECT_EQ(answers.find("\r\n\r\n{"), answers.rfind("\r\n\r\n{")) << "only GET has a body";
}

TEST(ServeRunTest, HeadOfAStreamHasNoPictures) {
  const RunningPage page("head_of_stream");
  const Answer answer = page.Ask("HEAD", "/stream");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
}

TEST(ServerTest, WhoComesWhileItEndsDoesNotKeepIt) {
  std::atomic<int> port = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> coming;
  for (int i = 0; i < 2; ++i) {
    coming.emplace_back([&] {
      while (!stop) {
        if (port != 0) const RawClient client(port);
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    ServerOptions options;
    options.port = 0;
    const auto server = Server::Start(
        options, [](const Request&) { return Response(); },
        [] { return std::shared_ptr<const Pictures>(); }, [](std::uint32_t, int) {});
    ASSERT_TRUE(server.ok()) << server.status().message();
    port = (*server)->port();
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  stop = true;
  for (std::thread& thread : coming) thread.join();
}

TEST(ServeRunTest, WhatCannotBeginIsToldAtOnce) {
  ServeSettings settings;
  settings.server.address = "no address";
  EXPECT_THAT(std::string(RunningPage("nowhere", settings).status().message()),
              HasSubstr("'no address'"));
  settings = {};
  settings.token_hash = "abc";
  EXPECT_THAT(std::string(RunningPage("unhashed", settings).status().message()),
              HasSubstr("64 hexadecimal"));
  settings = {};
  settings.server.certificate = settings.server.key = "/nonexistent.pem";
  EXPECT_FALSE(RunningPage("uncertified", settings).status().ok());
  settings = {};
  settings.rig = "/nonexistent.json";
  EXPECT_THAT(std::string(RunningPage("unrigged", settings).status().message()),
              HasSubstr("/nonexistent.json"));
}

}  // namespace
}  // namespace seafusion::serve
