#include "serve/api/api.h"

#include <algorithm>
#include <array>
#include <exception>
#include <initializer_list>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "align/rig/rig_file.h"
#include "core/status_macros.h"
#include "model/json_text.h"
#include "serve/page/page_files.h"

namespace seafusion::serve {
namespace {

using nlohmann::json;

// Own scripts, styles and pictures, nothing else from anywhere.
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

int HttpStatusOf(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return 200;
    case StatusCode::kInvalidArgument:
    case StatusCode::kCorruptData:
      return 400;
    case StatusCode::kNotFound:
      return 404;
    case StatusCode::kAlreadyExists:
      return 409;
    case StatusCode::kUnsupported:
      return 501;
    case StatusCode::kResourceExhausted:
      return 507;
    default:
      return 503;
  }
}

Response Answer(const Status& status) {
  if (!status.ok()) return ErrorResponse(HttpStatusOf(status), std::string(status.message()));
  return {.body = "{}\n"};
}
Response Answer(const StatusOr<std::string>& text) {
  if (!text.ok()) return Answer(text.status());
  return {.body = *text};
}
Response AnswerJson(const json& value) {
  return {.body = value.dump() + "\n"};
}
Response NothingThere() {
  return ErrorResponse(404, "there is nothing of that name");
}

std::string_view TypeOf(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes = {
      {{".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".webmanifest", "application/manifest+json"},
       {".png", "image/png"}}};
  for (const auto& [extension, type] : kTypes) {
    if (name.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

// A file of the page, compared by name with those that are in the program.
std::optional<Response> Page(const std::string& path) {
  const std::string_view name = path == "/" ? "index.html" : std::string_view(path).substr(1);
  for (const PageFile& file : PageFiles()) {
    if (file.name != name) continue;
    return Response{.type = std::string(TypeOf(name)),
                    .body = std::string(file.bytes),
                    .headers = {{"Cache-Control", "no-cache"}}};
  }
  return std::nullopt;
}

json BodyOf(const Request& request) {
  return model::ParseJson<json>(request.body.empty() ? "{}" : request.body);
}

// A number of a JSON object; `otherwise` where it is absent. Errors name it.
StatusOr<double> NumberOf(const json& body, const char* name, double otherwise) {
  const auto found = body.find(name);
  if (found == body.end()) return otherwise;
  if (!found->is_number()) return InvalidArgument(std::string(name) + " is not a number");
  return found->get<double>();
}

Status CheckMembers(const json& body, std::initializer_list<std::string_view> known) {
  if (!body.is_object()) return InvalidArgument("the body is not a JSON object");
  for (const auto& [name, value] : body.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return InvalidArgument("there is no member '" + name + "'");
    }
  }
  return OkStatus();
}

StatusOr<bool> BoolOf(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || !found->is_boolean()) {
    return InvalidArgument(std::string(name) + " is neither true nor false");
  }
  return found->get<bool>();
}

StatusOr<align::Point> PointOf(const json& value) {
  if (!value.is_array() || value.size() != 2 || !value[0].is_number() || !value[1].is_number()) {
    return InvalidArgument("a point is [x, y]");
  }
  return align::Point{value[0].get<double>(), value[1].get<double>()};
}

StatusOr<Play> PlayOf(const json& body) {
  SEAFUSION_RETURN_IF_ERROR(CheckMembers(body, {"paused", "loop", "speed", "position", "step"}));
  Play play;
  if (body.contains("paused")) {
    SEAFUSION_ASSIGN_OR_RETURN(play.paused, BoolOf(body, "paused"));
  }
  if (body.contains("loop")) {
    SEAFUSION_ASSIGN_OR_RETURN(play.loop, BoolOf(body, "loop"));
  }
  if (body.contains("speed")) {
    SEAFUSION_ASSIGN_OR_RETURN(play.speed, NumberOf(body, "speed", 1));
  }
  if (body.contains("position")) {
    SEAFUSION_ASSIGN_OR_RETURN(const double seconds, NumberOf(body, "position", 0));
    if (!(seconds >= 0 && seconds < 1e9)) return InvalidArgument("position is out of range");
    play.position = static_cast<std::int64_t>(seconds * stream::kMicroseconds);
  }
  SEAFUSION_ASSIGN_OR_RETURN(const double step, NumberOf(body, "step", 0));
  if (!(step >= -1000 && step <= 1000)) return InvalidArgument("step is out of -1000..1000");
  play.step = static_cast<int>(step);
  return play;
}

json FitJson(const align::PointFit& fit) {
  json residuals = json::array(), used = json::array();
  for (std::size_t i = 0; i < fit.residuals.size(); ++i) {
    residuals.push_back(fit.residuals[i]);
    used.push_back(static_cast<bool>(fit.used[i]));
  }
  return {{"residuals", residuals}, {"used", used}, {"deviation", fit.deviation}};
}

StatusOr<json> FitFrom(const json& body, Session& session) {
  SEAFUSION_RETURN_IF_ERROR(CheckMembers(body, {"pairs", "model", "tolerance"}));
  const json listed = body.value("pairs", json());
  if (!listed.is_array() || listed.size() > 200) {
    return InvalidArgument("pairs is not a list of at most 200");
  }
  std::vector<align::PointPair> pairs;
  for (const json& pair : listed) {
    SEAFUSION_RETURN_IF_ERROR(CheckMembers(pair, {"infrared", "visible"}));
    SEAFUSION_ASSIGN_OR_RETURN(const align::Point infrared,
                               PointOf(pair.value("infrared", json())));
    SEAFUSION_ASSIGN_OR_RETURN(const align::Point visible, PointOf(pair.value("visible", json())));
    pairs.push_back({infrared, visible});
  }
  align::TransformModel model =
      pairs.size() >= 4 ? align::TransformModel::kHomography : align::TransformModel::kSimilarity;
  if (body.contains("model")) {
    const json& name = body["model"];
    const auto named =
        name.is_string() ? align::TransformModelNamed(name.get<std::string>()) : std::nullopt;
    if (named != align::TransformModel::kSimilarity &&
        named != align::TransformModel::kHomography) {
      return InvalidArgument("model is neither similarity nor homography");
    }
    model = *named;
  }
  SEAFUSION_ASSIGN_OR_RETURN(const double tolerance, NumberOf(body, "tolerance", 3));
  json result;
  SEAFUSION_RETURN_IF_ERROR(session.ChangeAlignment([&](Alignment& alignment) -> Status {
    SEAFUSION_ASSIGN_OR_RETURN(const align::PointFit fit,
                               alignment.FromPoints(pairs, model, tolerance));
    result = FitJson(fit);
    return OkStatus();
  }));
  return result;
}

StatusOr<Nudge> NudgeOf(const json& body) {
  SEAFUSION_RETURN_IF_ERROR(CheckMembers(body, {"x", "y", "scale", "rotation"}));
  Nudge nudge;
  SEAFUSION_ASSIGN_OR_RETURN(nudge.x, NumberOf(body, "x", 0));
  SEAFUSION_ASSIGN_OR_RETURN(nudge.y, NumberOf(body, "y", 0));
  SEAFUSION_ASSIGN_OR_RETURN(nudge.scale, NumberOf(body, "scale", 1));
  SEAFUSION_ASSIGN_OR_RETURN(nudge.rotation, NumberOf(body, "rotation", 0));
  return nudge;
}

}  // namespace

Response Api::Handle(const Request& request) {
  Response response;
  try {
    response = Route(request);
  } catch (const std::exception& e) {
    response = ErrorResponse(503, e.what());
  }
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", kPolicy);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("X-Frame-Options", "DENY");
  bool cached = false;
  for (const auto& [name, value] : headers) cached = cached || name == "Cache-Control";
  if (!cached) headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response Api::Route(const Request& request) {
  if (auto refusal = parts_.access->RefuseStranger(request)) return *std::move(refusal);
  const bool read = request.method == "GET" || request.method == "HEAD";
  if (read && request.path == "/healthz") return {.type = "text/plain", .body = "ok\n"};
  if (read) {
    if (auto page = Page(request.path)) return *std::move(page);
  }
  if (request.method == "POST" && request.path == "/api/login") {
    return parts_.access->Login(request);
  }
  if (auto refusal = parts_.access->RefuseWithoutToken(request)) return *std::move(refusal);
  if (read) return Get(request);
  constexpr std::string_view kRecording = "/api/recordings/";
  if (request.method == "DELETE") {
    if (!request.path.starts_with(kRecording)) return NothingThere();
    return Answer(parts_.recordings->Remove(request.path.substr(kRecording.size())));
  }
  return Post(request);
}

Response Api::Get(const Request& request) {
  const std::string& path = request.path;
  if (path == "/stream") {
    const auto views = ViewsNamed(request.query.contains("view") ? request.Query("view") : "fused");
    if (!views) return ErrorResponse(400, "view is not a list of fused, infrared, visible, ...");
    return {.views = *views};
  }
  if (path == "/metrics") {
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = MetricsText(parts_)};
  }
  if (path == "/api/status") return {.body = StatusText(parts_)};
  if (path == "/api/settings") return AnswerJson(JsonOf(parts_.session->controls()));
  if (path == "/api/settings/file") {
    return {.body = SettingsFileText(parts_.session->controls()),
            .headers = {{"Content-Disposition", "attachment; filename=\"settings.json\""}}};
  }
  if (path == "/api/histogram") return Answer(HistogramText(*parts_.session));
  if (path == "/api/align") return Answer(AlignmentText(*parts_.session));
  if (path == "/api/align/rig") {
    std::string text;
    const Status status = parts_.session->ReadAlignment([&](const Alignment& alignment) -> Status {
      SEAFUSION_ASSIGN_OR_RETURN(const align::Rig rig, alignment.rig());
      text = align::RigText(rig);
      return OkStatus();
    });
    if (!status.ok()) return Answer(status);
    return {.body = text,
            .headers = {{"Content-Disposition", "attachment; filename=\"rig.json\""}}};
  }
  if (path == "/api/recordings") {
    json list = json::array();
    for (const Kept& kept : parts_.recordings->list()) {
      list.push_back({{"id", kept.id},
                      {"type", kept.type},
                      {"bytes", kept.bytes},
                      {"time", kept.seconds},
                      {"open", kept.open}});
    }
    return AnswerJson({{"recordings", list}});
  }
  constexpr std::string_view kRecording = "/api/recordings/";
  if (path.starts_with(kRecording)) return File(path.substr(kRecording.size()));
  return NothingThere();
}

Response Api::File(const std::string& id) {
  const std::optional<Kept> kept = parts_.recordings->Find(id);
  if (!kept) return NothingThere();
  Response response{.type = kept->type};
  const std::string file = parts_.recordings->PathOf(id);
  if (file.empty()) {
    const std::vector<std::uint8_t> bytes = parts_.recordings->InMemory(id);
    response.body.assign(bytes.begin(), bytes.end());
  } else {
    response.file = file;
  }
  const std::string extension = kept->type == "image/png"          ? ".png"
                                : kept->type == "application/json" ? ".json"
                                                                   : ".mkv";
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"" + kept->id + extension + "\"");
  return response;
}

Response Api::Post(const Request& request) {
  const std::string& path = request.path;
  const json body = BodyOf(request);
  if (body.is_discarded()) return ErrorResponse(400, "the body is not JSON");
  Session& session = *parts_.session;
  if (path == "/api/settings") {
    return ChangeControls([&](const Controls& controls) {
      return Patched(controls, body, session.has_start_model());
    });
  }
  if (path == "/api/settings/reset") {
    return ChangeControls([&](const Controls&) { return session.start_controls(); });
  }
  if (path == "/api/settings/file") {
    return ChangeControls([&](const Controls&) {
      return ParseSettingsFile(request.body, session.has_start_model());
    });
  }
  if (path == "/api/play") {
    const auto play = PlayOf(body);
    return Answer(play.ok() ? session.SetPlay(*play) : play.status());
  }
  if (path == "/api/snapshot") {
    const auto ids = parts_.recordings->Photograph(session.newest());
    return ids.ok() ? AnswerJson({{"ids", *ids}}) : Answer(ids.status());
  }
  if (path == "/api/record") {
    if (const Status known = CheckMembers(body, {"on", "sources"}); !known.ok())
      return Answer(known);
    const auto on = BoolOf(body, "on");
    if (!on.ok()) return Answer(on.status());
    if (!*on) return Answer(parts_.recordings->End());
    bool sources = false;
    if (body.contains("sources")) {
      const auto asked = BoolOf(body, "sources");
      if (!asked.ok()) return Answer(asked.status());
      sources = *asked;
    }
    const auto id = parts_.recordings->Begin(sources);
    return id.ok() ? AnswerJson({{"id", *id}}) : Answer(id.status());
  }
  constexpr std::string_view kAlign = "/api/align/";
  if (path.starts_with(kAlign)) return Align(path.substr(kAlign.size()), request);
  return NothingThere();
}

Response Api::ChangeControls(const std::function<StatusOr<Controls>(const Controls&)>& change) {
  const std::lock_guard lock(changing_);
  const StatusOr<Controls> changed = change(parts_.session->controls());
  if (!changed.ok()) return Answer(changed.status());
  const Status status = parts_.session->SetControls(*changed);
  return status.ok() ? AnswerJson(JsonOf(parts_.session->controls())) : Answer(status);
}

Response Api::Align(const std::string& what, const Request& request) {
  Session& session = *parts_.session;
  const json body = BodyOf(request);
  const auto change = [&](const std::function<Status(Alignment&)>& with) {
    const Status status = session.ChangeAlignment(with);
    return status.ok() ? Answer(AlignmentText(session)) : Answer(status);
  };
  if (what == "points") {
    const auto fit = FitFrom(body, session);
    return fit.ok() ? AnswerJson(*fit) : Answer(fit.status());
  }
  if (what == "nudge") {
    const auto nudge = NudgeOf(body);
    if (!nudge.ok()) return Answer(nudge.status());
    return change([&](Alignment& alignment) { return alignment.Move(*nudge); });
  }
  if (what == "undo") return change([](Alignment& alignment) { return alignment.Undo(); });
  if (what == "reset") return change([](Alignment& alignment) { return alignment.Reset(); });
  if (what == "rig") {
    const auto rig = align::ParseRig(request.body);
    if (!rig.ok()) return Answer(rig.status());
    return change([&](Alignment& alignment) { return alignment.Set(*rig); });
  }
  if (what == "canvas") {
    const json name = body.is_object() ? body.value("canvas", json()) : json();
    const auto canvas =
        name.is_string() ? align::CanvasNamed(name.get<std::string>()) : std::nullopt;
    if (!canvas) return ErrorResponse(400, "canvas is none of overlap, visible, infrared");
    return change([&](Alignment& alignment) { return alignment.SetCanvas(*canvas); });
  }
  if (what == "save") {
    std::string text;
    const Status status = session.ReadAlignment([&](const Alignment& alignment) -> Status {
      SEAFUSION_ASSIGN_OR_RETURN(const align::Rig rig, alignment.rig());
      text = align::RigText(rig);
      return OkStatus();
    });
    if (!status.ok()) return Answer(status);
    const auto id = parts_.recordings->KeepText("rig", text);
    return id.ok() ? AnswerJson({{"id", *id}}) : Answer(id.status());
  }
  if (what == "find") return Find(request);
  return NothingThere();
}

// Looks at what the cameras see now and, where it may, takes the map that comes out.
Response Api::Find(const Request& request) {
  const json body = BodyOf(request);
  if (const Status known = CheckMembers(body, {"accept-unsure"}); !known.ok()) return Answer(known);
  if (finding_.exchange(true)) return ErrorResponse(409, "the alignment is being found already");
  const auto find = [&]() -> StatusOr<json> {
    const MomentPtr moment = parts_.session->newest();
    if (moment == nullptr || moment->infrared == nullptr || moment->visible == nullptr ||
        moment->infrared_lost || moment->visible_lost) {
      return InvalidArgument("no picture of both cameras is there");
    }
    SEAFUSION_ASSIGN_OR_RETURN(align::Registrar registrar, align::Registrar::Create());
    SEAFUSION_RETURN_IF_ERROR(
        registrar.Add(moment->infrared->image.view(), moment->visible->image.view()));
    SEAFUSION_ASSIGN_OR_RETURN(const align::Registration found, registrar.Estimate());
    const bool unsure = body.value("accept-unsure", json(false)) == true;
    const bool used = found.verdict == align::Verdict::kOk ||
                      (unsure && found.verdict == align::Verdict::kUnsure);
    if (used) {
      SEAFUSION_RETURN_IF_ERROR(parts_.session->ChangeAlignment(
          [&](Alignment& alignment) { return alignment.Set(align::RigFromRegistration(found)); }));
    }
    return json{{"verdict", align::VerdictName(found.verdict)},
                {"confidence", found.confidence},
                {"expected-error", found.expected_error_px},
                {"model", align::TransformModelName(found.model)},
                {"used", used}};
  };
  const StatusOr<json> result = find();
  finding_ = false;
  return result.ok() ? AnswerJson(*result) : Answer(result.status());
}

}  // namespace seafusion::serve
