#include <string>
#include <utility>
#include <vector>

#include "align/rig/rig_file.h"
#include "seeds/seeds.h"

namespace seafusion::fuzz {
namespace {

// As a browser sends them; the first byte says whether a token is asked for.
std::vector<std::string> Requests() {
  const std::string in =
      "Host: 127.0.0.1:8080\r\nAuthorization: Bearer 0123456789abcdef0123456789abcdef\r\n";
  const auto get = [&](const std::string& target) {
    return "\1GET " + target + " HTTP/1.1\r\n" + in + "\r\n";
  };
  const auto post = [&](const std::string& target, const std::string& body) {
    return "\1POST " + target + " HTTP/1.1\r\n" + in +
           "Origin: http://127.0.0.1:8080\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  std::vector<std::string> requests;
  for (const char* target :
       {"/", "/main.js", "/healthz", "/metrics", "/stream?view=fused%2Cinfrared-camera",
        "/api/status", "/api/settings", "/api/settings/file", "/api/histogram", "/api/align",
        "/api/align/rig", "/api/recordings", "/api/recordings/20260101-000000-abcd-fused"}) {
    requests.push_back(get(target));
  }
  for (
      const auto& [target, body] : std::vector<std::pair<const char*, const char*>>{
          {"/api/login", R"({"token":"0123456789abcdef0123456789abcdef"})"},
          {"/api/settings",
           R"({"ir-range":"percentile:1,99","agc":"plateau","agc-plateau":7,"ir-delay":0.1})"},
          {"/api/settings",
           R"({"ir-range":"fixed:1,9","ir-invert":true,"palette":"iron","gray":true})"},
          {"/api/settings", R"({"precision":"fp32","agc":"clahe","agc-clip":3,"ir-hold":true})"},
          {"/api/settings/reset", "{}"},
          {"/api/settings/file",
           R"({"seafusion-settings":1,"fuse":{"range-smoothing":2},"view":{"palette":"lava"}})"},
          {"/api/play", R"({"paused":true,"loop":false,"speed":2,"position":0.01,"step":-1})"},
          {"/api/align/points",
           R"({"pairs":[{"infrared":[1,2],"visible":[3,4]},{"infrared":[20,9],"visible":[21,8]}]})"},
          {"/api/align/nudge", R"({"x":1,"y":-2,"scale":1.01,"rotation":0.5})"},
          {"/api/align/undo", "{}"},
          {"/api/align/reset", "{}"},
          {"/api/align/canvas", R"({"canvas":"overlap"})"},
          {"/api/align/save", "{}"},
          {"/api/snapshot", "{}"},
          {"/api/record", R"({"on":false,"sources":true})"}}) {
    requests.push_back(post(target, body));
  }
  requests.push_back(post("/api/login", DeepMember("token")));
  requests.push_back(post("/api/align/points", DeepMember("pairs")));
  align::Rig rig;
  rig.infrared.width = rig.visible.width = 32;
  rig.infrared.height = rig.visible.height = 24;
  requests.push_back(post("/api/align/rig", align::RigText(rig)));
  requests.push_back("\1DELETE /api/recordings/20260101-000000-abcd-fused HTTP/1.1\r\n" + in +
                     "\r\n");
  // Several on one connection; parts with lengths of their own.
  requests.push_back(get("/healthz") + get("/api/status").substr(1));
  requests.push_back("\1POST /api/play HTTP/1.1\r\n" + in +
                     "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "d\r\n{\"step\":1    }\r\n0\r\n\r\n");
  requests.push_back(
      "\1GET /api/status HTTP/1.1\r\nHost: mast.local\r\nCookie: seafusion=ab\r\n"
      "Sec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n");
  return requests;
}

}  // namespace

std::vector<Seed> RequestSeeds() {
  std::vector<Seed> seeds;
  std::vector<std::string> requests = Requests();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    // Each where a token is asked for, and where none is.
    seeds.push_back({"serve_request", "token_" + std::to_string(i), requests[i]});
    requests[i][0] = '\0';
    seeds.push_back({"serve_request", "open_" + std::to_string(i), requests[i]});
  }
  return seeds;
}

}  // namespace seafusion::fuzz
