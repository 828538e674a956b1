// seafusion train and seafusion evaluate: options only; the work is in the learning module.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "command.h"
#include "learning_module.h"
#include "options/learning_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "options/source_options.h"

namespace seafusion::tools {
namespace {

class TrainCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("train", "Train the fusion network on pairs of pictures");
    sub->add_option(
           "--data", data_,
           "Folder with ir/ and vi/ (or infrared/, vis/, visible/),\nor with train/ in it; or a "
           "file made by pack. With --network\nPATH:WEIGHT, repeated, mixes several; or a "
           "file.json "
           "of them")
        ->expected(1)
        ->take_all()
        ->required();
    sub->add_option("--out", o_.out, "Folder for weights, checkpoint, log and settings")
        ->required();
    CLI::Option* val =
        sub->add_option("--val", o_.val, "Folder of pairs to measure on, not to train on");
    AddRigOptions(*sub, kNoGroup, o_.placing.rig);
    AddLabelsOf(*sub, kNoGroup, o_.placing.labels_of);
    network_ =
        sub->add_option("--network", network_text_,
                        "Train on the sources alone, with losses over scales: lite,\nlite-local "
                        "(without its coarse path) or full (SeAFusion's).\nWith --preset or "
                        "--strategy: the same network and losses there")
            ->check(CLI::IsMember({"lite", "lite-local", "full"}).description(""))
            ->type_name("N");
    CLI::Option* method =
        sub->add_option(
               "--method", training_.method,
               "Train a method SeAFusion is compared with: densefuse, rfn-nest,\nifcnn, fusiongan, "
               "ganmcc, u2fusion, sdnet; --steps, --batch,\n--crop and --lr default to what was "
               "published")
            ->type_name("M");
    CLI::Option* width = sub->add_option("--width", training_.width,
                                         "Of --method rfn-nest: channels of the first scale (64)")
                             ->check(CLI::PositiveNumber);
    strategy_ =
        sub->add_option(
               "--strategy", strategy_text_,
               "content-only needs no labels; joint, one-stage,\npretrained-vis and "
               "pretrained-ir train with a segmentation\nnetwork, segmentation trains that alone")
            ->check(CLI::IsMember({"content-only", "joint", "one-stage", "pretrained-vis",
                                   "pretrained-ir", "segmentation"})
                        .description(""))
            ->type_name("S");
    preset_ = sub->add_option("--preset", o_.choice.preset,
                              "Settings of joint training: paper, reference-code, or small\n(two "
                              "processors, about an hour)")
                  ->check(CLI::IsMember({"paper", "reference-code", "small"}).description(""))
                  ->type_name("P");
    CLI::Option* config = sub->add_option("--config", o_.choice.config,
                                          "JSON file of settings that differ from the preset's\n"
                                          "(docs/training.md)");
    CLI::Option* set =
        sub->add_option("--set", o_.choice.set, "NAME=VALUE: one such setting; may be repeated")
            ->expected(1)
            ->take_all();
    CLI::Option* init =
        sub->add_option("--init", o_.init,
                        "Fusion weights to begin with, in joint training and with\n--network: a "
                        "file, or full or lite, those of this program");
    CLI::Option* init_segmentation =
        sub->add_option("--init-segmentation", o_.init_segmentation,
                        "Segmentation network to begin with, in joint training:\n"
                        "segmentation.safetensors of another run, or ESPNetv2, of\n"
                        "convert --method espnetv2 -o FILE.safetensors");
    begin_joint_ = {init, init_segmentation};
    CLI::Option* workers =
        sub->add_option("--workers", o_.workers, "Threads that make batches for joint training")
            ->check(InRange(0, 256));
    CLI::Option* process_timeout =
        sub->add_option("--process-timeout", o_.process_timeout,
                        "Seconds that one of several processes may keep\nthe others waiting")
            ->check(InRange(1, 86400));
    joint_ = {preset_, config, set};
    sub->add_flag("--resume", o_.resume, "Go on from the checkpoint in --out, with its settings");
    settings_ = {
        sub->add_option("--steps", o_.content.steps, "Training steps")->check(CLI::PositiveNumber),
        sub->add_option("--batch", o_.content.batch, "Crops in a step")->check(InRange(1, 4096)),
        sub->add_option("--crop", o_.content.crop, "Side of a crop in pixels")
            ->check(InRange(3, 16384)),
        sub->add_option("--lr", o_.content.lr, "Peak learning rate of Adam")
            ->check(InRange(1e-12, 1.0)),
        sub->add_option("--final-lr", o_.content.final_lr,
                        "Learning rate of the last step (half a cosine)")
            ->check(InRange(0.0, 1.0)),
        sub->add_option("--warmup", o_.content.warmup, "Steps over which the learning rate rises"),
        sub->add_option("--seed", o_.content.seed,
                        "Decides initial weights, order, crops and flips")};
    CLI::Option* val_every = sub->add_option("--val-every", o_.val_every,
                                             "Steps between two measurements; 0: at the end");
    sub->add_option("--checkpoint-every", o_.checkpoint_every, "Seconds between two checkpoints")
        ->check(InRange(1, 86400));
    sub->add_option("--threads", o_.threads, "Processor threads; 0: all")->check(InRange(0, 4096));
    CLI::Option* device = sub->add_option("--device", o_.device, "cpu, cuda or cuda:N");
    sub->add_flag("--quiet", o_.quiet, "No progress");
    not_of_methods_ = {strategy_, preset_, network_,          config,    set,
                       init,      val,     init_segmentation, val_every, device};
    of_methods_ = {width};
    not_of_networks_ = {method, width, workers, process_timeout, init_segmentation};
    sub->footer(
        "Ctrl-C saves a checkpoint and stops; --resume goes on exactly there.\n"
        "Started by mpirun, srun or torchrun, the processes share each batch (docs/training.md).\n"
        "Examples: seafusion train --data MSRS --out runs/first --val MSRS/test\n"
        "          seafusion train --data MSRS --out runs/joint --preset small --val MSRS/test\n"
        "          seafusion train --data MSRS --out runs/seen --preset small --network lite\n"
        "              --init lite --val MSRS/test\n"
        "          seafusion train --data MSRS:3 --data ROAD:2 --out runs/lite --network lite\n"
        "          seafusion train --data MSRS --out runs/fusiongan --method fusiongan");
    return sub;
  }
  int Run() override {
    for (const CLI::Option* option : settings_) {
      if (option->count() > 0) o_.given.push_back(option->get_name());
    }
    const bool in_stages = strategy_->count() > 0 || preset_->count() > 0;
    if (network_->count() > 0 && !in_stages) return RunNetwork();
    if (data_.size() > 1) {
      std::fprintf(stderr, "seafusion train: several --data are for --network without --preset\n");
      return kExitUsage;
    }
    o_.data = data_.front();
    if (!training_.method.empty()) return RunMethod();
    for (const CLI::Option* option : of_methods_) {
      if (option->count() > 0) return Misplaced(*option, "is for --method");
    }
    o_.joint = strategy_->count() > 0 && strategy_text_ != "content-only";
    for (const CLI::Option* option : joint_) o_.joint = o_.joint || option->count() > 0;
    if (network_->count() > 0) {
      // Before what --set says otherwise.
      o_.choice.set.insert(o_.choice.set.begin(),
                           {"network=" + network_text_, "content_loss=scales"});
      o_.joint = true;
    }
    for (const CLI::Option* option : begin_joint_) {
      if (option->count() > 0 && !o_.joint && !o_.resume) {
        return Misplaced(*option, "is for joint training (--preset, --strategy)");
      }
    }
    // A preset alone means its strategy.
    if (strategy_->count() > 0) o_.choice.strategy = strategy_text_;
    if (o_.joint && !o_.given.empty()) {
      std::fprintf(stderr,
                   "seafusion train: %s is for content-only training without a preset; use --set\n",
                   o_.given.front().c_str());
      return kExitUsage;
    }
    return RunLearning("seafusion_run_train", &o_, o_.threads);
  }

 private:
  static int Misplaced(const CLI::Option& option, const char* why) {
    std::fprintf(stderr, "seafusion train: %s %s\n", option.get_name().c_str(), why);
    return kExitUsage;
  }

  int RunNetwork() {
    for (const CLI::Option* option : not_of_networks_) {
      if (option->count() > 0) return Misplaced(*option, "cannot be used with --network");
    }
    LiteTrainOptions lite;
    lite.choice = {.preset = network_text_, .config = o_.choice.config, .set = o_.choice.set};
    // Each of the options that content-only training has is a setting of the same name.
    for (const CLI::Option* option : settings_) {
      if (option->count() == 0) continue;
      std::string name = option->get_name().substr(2);
      std::replace(name.begin(), name.end(), '-', '_');
      lite.choice.set.push_back(name + "=" + option->results().back());
    }
    lite.data = data_;
    lite.out = o_.out;
    lite.init = o_.init;
    lite.val = o_.val;
    lite.placing = o_.placing;
    lite.val_every = o_.val_every;
    lite.resume = o_.resume;
    lite.checkpoint_every = o_.checkpoint_every;
    lite.threads = o_.threads;
    lite.device = o_.device;
    lite.quiet = o_.quiet;
    return RunLearning("seafusion_run_lite_train", &lite, o_.threads);
  }

  int RunMethod() {
    for (const CLI::Option* option : not_of_methods_) {
      if (option->count() > 0) return Misplaced(*option, "cannot be used with --method");
    }
    const auto given = [this](const char* name) {
      return std::find(o_.given.begin(), o_.given.end(), name) != o_.given.end();
    };
    for (const CLI::Option* option : settings_) {
      const std::string name = option->get_name();
      if (given(name.c_str()) && (name == "--final-lr" || name == "--warmup")) {
        return Misplaced(*option, "cannot be used with --method: the learning rate is constant");
      }
    }
    training_.seed = o_.content.seed;
    if (given("--steps")) training_.steps = o_.content.steps;
    if (given("--batch")) training_.batch = o_.content.batch;
    if (given("--crop")) training_.crop = o_.content.crop;
    if (given("--lr")) training_.lr = o_.content.lr;
    MethodTrainOptions method;
    method.training = training_;
    method.seed_given = given("--seed");
    method.data = o_.data;
    method.placing = o_.placing;
    method.out = o_.out;
    method.resume = o_.resume;
    method.checkpoint_every = o_.checkpoint_every;
    method.workers = o_.workers;
    method.threads = o_.threads;
    method.quiet = o_.quiet;
    return RunLearning("seafusion_run_method_train", &method, o_.threads);
  }

  TrainOptions o_;
  std::vector<std::string> data_;
  std::string strategy_text_ = "content-only", network_text_;
  methods::MethodTrainSettings training_;           // of --method; what is 0 is as published
  std::vector<const CLI::Option*> not_of_methods_;  // nor the other way round:
  std::vector<const CLI::Option*> of_methods_;
  std::vector<const CLI::Option*> not_of_networks_, begin_joint_;
  std::vector<CLI::Option*> settings_;
  std::vector<CLI::Option*> joint_;
  CLI::Option* strategy_ = nullptr;
  CLI::Option* network_ = nullptr;
  CLI::Option* preset_ = nullptr;
};

class EvaluateCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub =
        app.add_subcommand("evaluate", "Measure the content loss of weights on pairs of pictures");
    sub->add_option("--model", o_.weights,
                    "Weights (.safetensors), one or more, or full or lite, those\nof this "
                    "program; none: full")
        ->expected(1, -1);
    sub->add_option(
           "--data", o_.data,
           "Folder with ir/ and vi/ (or infrared/, vis/, visible/),\nor a file made by pack")
        ->required();
    AddRigOptions(*sub, kNoGroup, o_.placing.rig);
    sub->add_option("--threads", o_.threads, "Processor threads; 0: all")->check(InRange(0, 4096));
    sub->add_option("--device", o_.device, "cpu, cuda or cuda:N");
    sub->add_flag("--json", o_.json, "Print as JSON");
    sub->add_flag("--quiet", o_.quiet, "No progress");
    sub->footer(
        "Lower is better. content = intensity + 10 texture (Tang 2022, Eq. 7 to 9), mean over "
        "pictures.");
    return sub;
  }
  int Run() override { return RunLearning("seafusion_run_evaluate", &o_, o_.threads); }

 private:
  EvaluateOptions o_;
};

}  // namespace

std::unique_ptr<Command> MakeTrainCommand() {
  return std::make_unique<TrainCommand>();
}
std::unique_ptr<Command> MakeEvaluateCommand() {
  return std::make_unique<EvaluateCommand>();
}

}  // namespace seafusion::tools
