#include "synth/render.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "synth/draw/backdrop.h"
#include "synth/draw/camera_effects.h"
#include "synth/draw/canvas.h"
#include "synth/draw/objects.h"
#include "synth/second_camera.h"

namespace seafusion::synth {
namespace {

// Plans where things stand, then paints them from far to near.
class ScenePainter {
 public:
  /// `right`: metres by which the camera stands to the right of where the scene was planned from.
  ScenePainter(Canvas& canvas, const SceneOptions& options, double right = 0)
      : canvas_(canvas), noise_(options.seed, 2 * options.index + (options.night ? 1 : 0)) {
    ambience_.night = options.night;
    ambience_.warmth = options.night ? noise_.Between(-8, 6) : noise_.Between(10, 40);
    camera_.focal = noise_.Between(0.85, 1.05) * options.width;
    camera_.centre_x = noise_.Between(0.42, 0.58) * options.width;
    camera_.horizon_y = noise_.Between(0.38, 0.46) * options.height;
    camera_.height = noise_.Between(1.5, 2.0);
    if (options.infrared_camera) {
      const Camera fixed = VisibleCamera(options);
      camera_.focal = fixed.focal;
      camera_.centre_x = fixed.centre_x;
      camera_.horizon_y = fixed.horizon_y;
    }
    camera_.right = right;
    street_.left = -noise_.Between(3.6, 5.0);
    street_.right = noise_.Between(3.6, 5.0);
  }

  void Paint() {
    DrawSky(canvas_, camera_, ambience_, noise_);
    DrawStreet(canvas_, camera_, street_, ambience_, noise_);
    DrawHouses(canvas_, camera_, street_, ambience_, noise_);
    if (ambience_.night) {
      // The own car's headlights.
      canvas_.Light(camera_.Project(0, 0, 7.5), camera_.focal * 0.42, camera_.focal * 0.14,
                    {0.42, 0.40, 0.34});
    }
    PlanStreetFurniture();
    PlanCars();
    PlanPeople();
    PlanSmallObjects();
    std::stable_sort(things_.begin(), things_.end(),
                     [](const Thing& a, const Thing& b) { return a.z > b.z; });
    for (const Thing& thing : things_) thing.draw();
  }

  /// Class of each object that gets a box.
  const std::map<int, int>& boxed() const { return boxed_; }

 private:
  struct Thing {
    double z;
    std::function<void()> draw;
  };

  void Add(double z, std::function<void()> draw) { things_.push_back({z, std::move(draw)}); }

  int NewObject(int box_class) {
    boxed_[++objects_] = box_class;
    return objects_;
  }

  // A free place: nothing of the kind stands closer than `apart` metres across and a quarter of the
  // distance ahead. After a few tries a crowded street stays crowded.
  Place FreePlace(double x0, double x1, double nearest, double farthest, double apart, int object) {
    Place place;
    for (int attempt = 0; attempt < 12; ++attempt) {
      place = {noise_.Between(x0, x1), Distance(nearest, farthest), object};
      const bool free = std::none_of(taken_.begin(), taken_.end(), [&](const Place& other) {
        return std::abs(other.x - place.x) < apart &&
               std::abs(other.z - place.z) < std::max(1.5, 0.25 * place.z);
      });
      if (free) break;
    }
    taken_.push_back(place);
    return place;
  }

  // Near things are rarer than far ones, as they are in a real street.
  double Distance(double nearest, double farthest) {
    return nearest * std::pow(farthest / nearest, noise_.Uniform());
  }

  void PlanStreetFurniture() {
    const double left = street_.left - 0.8, right = street_.right + 0.8;
    for (double z = noise_.Between(8, 14); z < 80; z += noise_.Between(13, 19)) {
      const bool at_left = noise_.Chance(0.5);
      Add(z, [=, this] {
        DrawStreetLamp(canvas_, camera_, {at_left ? left : right, z}, at_left ? 1.4 : -1.4,
                       ambience_);
      });
    }
    for (int i = static_cast<int>(noise_.Below(7)); i > 0; --i) {
      const double z = Distance(11, 70);
      const double x =
          noise_.Chance(0.5) ? left - noise_.Between(0.6, 1.8) : right + noise_.Between(0.6, 1.8);
      Add(z, [=, this] { DrawTree(canvas_, camera_, {x, z}, ambience_, noise_); });
    }
    if (noise_.Chance(0.4)) {
      const double x = noise_.Chance(0.5) ? street_.left - 0.3 : street_.right + 0.3;
      const double z = noise_.Between(5, 10), end = z + noise_.Between(10, 40);
      Add(end, [=, this] { DrawGuardrail(canvas_, camera_, x, z, end, ambience_); });
    }
  }

  void PlanCars() {
    for (int i = 1 + static_cast<int>(noise_.Below(4)); i > 0; --i) {
      const bool oncoming = noise_.Chance(0.5);
      const double lane = oncoming ? 0.5 * street_.left : 0.5 * street_.right;
      const Place place = FreePlace(lane - 0.4, lane + 0.4, 9, 60, 2.3, NewObject(2));
      Add(place.z,
          [=, this] { DrawCarEnd(canvas_, camera_, place, !oncoming, ambience_, noise_); });
    }
    for (int i = static_cast<int>(noise_.Below(3)); i > 0; --i) {  // crossing or parked across
      const double edge = noise_.Chance(0.5) ? street_.left - 1.6 : street_.right + 1.6;
      const Place place = FreePlace(edge - 0.5, edge + 0.5, 9, 30, 4.0, NewObject(2));
      Add(place.z, [=, this] { DrawCarSide(canvas_, camera_, place, ambience_, noise_); });
    }
  }

  void PlanPeople() {
    for (int i = 2 + static_cast<int>(noise_.Below(6)); i > 0; --i) {
      const double where = noise_.Uniform();
      double x0 = street_.left + 0.5, x1 = street_.right - 0.5;
      if (where < 0.45) {
        x0 = street_.left - 2.6, x1 = street_.left - 0.5;
      } else if (where < 0.9) {
        x0 = street_.right + 0.5, x1 = street_.right + 2.6;
      }
      const Place place = FreePlace(x0, x1, 6.5, 38, 0.8, NewObject(0));
      Add(place.z, [=, this] { DrawPerson(canvas_, camera_, place, ambience_, noise_); });
    }
    for (int i = static_cast<int>(noise_.Below(3)); i > 0; --i) {
      const Place place =
          FreePlace(street_.left - 1.5, street_.right + 1.5, 7, 28, 1.5, NewObject(1));
      const int rider = noise_.Chance(0.55) ? NewObject(0) : 0;
      Add(place.z, [=, this] { DrawBike(canvas_, camera_, place, rider, ambience_, noise_); });
    }
  }

  void PlanSmallObjects() {
    if (noise_.Chance(0.5)) {
      const double x = noise_.Chance(0.5) ? street_.left + 0.6 : street_.right - 0.6;
      double z = noise_.Between(5.5, 9);
      for (int i = 2 + static_cast<int>(noise_.Below(4)); i > 0; --i, z += noise_.Between(2, 4)) {
        Add(z, [=, this] { DrawCone(canvas_, camera_, {x, z}, ambience_); });
      }
    }
    if (noise_.Chance(0.4)) {
      const double x = noise_.Chance(0.5) ? street_.left - 1.4 : street_.right + 1.4;
      const double z = noise_.Between(6, 12);
      Add(z, [=, this] { DrawCarStop(canvas_, camera_, {x, z}, ambience_); });
    }
    if (noise_.Chance(0.35)) {
      const double z = noise_.Between(8, 18);
      Add(z, [=, this] {
        DrawBump(canvas_, camera_, 0.9 * std::min(-street_.left, street_.right), z, ambience_);
      });
    }
  }

  Canvas& canvas_;
  SeededNoise noise_;
  Ambience ambience_;
  Camera camera_;
  Street street_;
  std::vector<Thing> things_;
  std::vector<Place> taken_;
  std::map<int, int> boxed_;
  int objects_ = 0;
};

StatusOr<ImageBuffer> ToImage(const cv::Mat& mat) {
  const PixelFormat format = mat.channels() == 3 ? PixelFormat::kRgb8 : PixelFormat::kGray8;
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image, ImageBuffer::Create(mat.cols, mat.rows, format));
  for (int y = 0; y < mat.rows; ++y) {
    std::memcpy(image.view().Row<std::uint8_t>(y), mat.ptr(y),
                static_cast<std::size_t>(mat.cols) * static_cast<std::size_t>(mat.channels()));
  }
  return image;
}

std::vector<Box> FindBoxes(const cv::Mat& objects, const std::map<int, int>& boxed) {
  std::map<int, Box> found;
  for (int y = 0; y < objects.rows; ++y) {
    for (int x = 0; x < objects.cols; ++x) {
      const auto it = boxed.find(objects.at<int>(y, x));
      if (it == boxed.end()) continue;
      auto [box, fresh] = found.try_emplace(it->first, Box{it->second, x, y, x + 1, y + 1});
      Box& b = box->second;
      b = {b.object_class, std::min(b.x0, x), std::min(b.y0, y), std::max(b.x1, x + 1),
           std::max(b.y1, y + 1)};
    }
  }
  constexpr int kMinPixels = 4;  // a side; less is no annotation that a person would make
  std::vector<Box> boxes;
  for (const auto& [object, b] : found) {
    if (b.x1 - b.x0 >= kMinPixels && b.y1 - b.y0 >= kMinPixels) boxes.push_back(b);
  }
  return boxes;
}

}  // namespace

StatusOr<ScenePair> RenderScene(const SceneOptions& options) {
  SEAFUSION_RETURN_IF_ERROR(CheckSides("a scene", options.width, options.height));
  std::optional<align::Rig> rig;
  if (options.infrared_camera) {
    SEAFUSION_ASSIGN_OR_RETURN(rig, RigOfScenes(options));
  }
  try {
    Canvas canvas(options.width, options.height);
    ScenePainter painter(canvas, options);
    painter.Paint();
    SeededNoise sensor_noise(options.seed ^ 0x5e450123u, options.index);
    const Ambience ambience{.night = options.night};
    const cv::Size size(options.width, options.height);
    cv::Mat labels, objects(size, CV_32SC1);
    // The sample nearest to each pixel's centre, for both alike.
    cv::resize(canvas.labels, labels, size, 0, 0, cv::INTER_NEAREST);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        objects.at<int>(y, x) = canvas.objects.at<int>(y * Canvas::kScale, x * Canvas::kScale);
      }
    }
    ScenePair pair;
    SEAFUSION_ASSIGN_OR_RETURN(pair.visible,
                               ToImage(DevelopVisible(canvas, ambience, sensor_noise)));
    cv::Mat heat;
    if (rig) {
      // The same scene, planned by the same random numbers, from where the infrared camera stands.
      Canvas beside(options.width, options.height);
      ScenePainter(beside, options, options.infrared_camera->baseline).Paint();
      heat = HeatThroughLens(beside, options, *rig);
    } else {
      heat = HeatSeen(canvas);
    }
    SEAFUSION_ASSIGN_OR_RETURN(pair.infrared, ToImage(DevelopInfrared(heat, sensor_noise)));
    SEAFUSION_ASSIGN_OR_RETURN(pair.labels, ToImage(labels));
    pair.boxes = FindBoxes(objects, painter.boxed());
    return pair;
  } catch (const std::exception& e) {
    return Internal(std::string("rendering failed: ") + e.what());
  }
}

}  // namespace seafusion::synth
