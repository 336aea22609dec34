// ncnn's INT8 of a ResNet18: ncnn-infer MODEL.param MODEL.bin. Reads {"threads": n} or {"runs": n}, a line each; answers {} or
// {"millis": median}. The input stands ready as floats: cutting and normalizing are not in the time. As ncnn's own
// benchmark has it: light mode, memory pools that keep what is freed, and threads that spin between layers.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "ncnn/allocator.h"
#include "ncnn/net.h"

static ncnn::UnlockedPoolAllocator blobs;
static ncnn::PoolAllocator workspace;

static std::unique_ptr<ncnn::Net> load(const char* param, const char* bin, int threads) {
  std::unique_ptr<ncnn::Net> net(new ncnn::Net);
  net->opt.lightmode = true;
  net->opt.num_threads = threads;
  net->opt.blob_allocator = &blobs;
  net->opt.workspace_allocator = &workspace;
  net->opt.use_int8_inference = true;
  net->opt.use_packing_layout = true;
  if (net->load_param(param) != 0 || net->load_model(bin) != 0) {
    std::fprintf(stderr, "Expected a model in %s and %s.\n", param, bin);
    std::exit(1);
  }
  return net;
}

static double once(const ncnn::Net& net, const ncnn::Mat& input) {
  const auto begun = std::chrono::steady_clock::now();
  ncnn::Mat logits;
  ncnn::Extractor extractor = net.create_extractor();
  extractor.input("input", input);
  if (extractor.extract("logits", logits) != 0 || logits.w < 1) std::exit(1);
  const auto ended = std::chrono::steady_clock::now();
  return std::chrono::duration<double, std::milli>(ended - begun).count();
}

static int number(const char* line, const char* name) {
  const char* at = std::strstr(line, name);
  return at ? std::atoi(at + std::strlen(name)) : 0;
}

int main(int count, char** arguments) {
  if (count != 3) return 64;
  ncnn::Mat input(224, 224, 3);
  for (size_t i = 0; i < input.total(); i++) input[i] = static_cast<float>(i * 2654435761u >> 8 & 0xffff) / 16384 - 2;
  std::unique_ptr<ncnn::Net> net;
  char line[256];
  while (std::fgets(line, sizeof line, stdin)) {
    if (const int threads = number(line, "\"threads\":")) {
      net = load(arguments[1], arguments[2], threads);
      std::puts("{}");
    } else {
      const int runs = number(line, "\"runs\":");
      std::vector<double> times;
      for (int run = 0; run < runs + 2; run++) {
        const double millis = once(*net, input);
        if (run >= 2) times.push_back(millis);
      }
      std::sort(times.begin(), times.end());
      std::printf("{\"millis\":%.4f}\n", (times[(runs - 1) / 2] + times[runs / 2]) / 2);
    }
    std::fflush(stdout);
  }
  return 0;
}
