// Serves the fused picture of two cameras over RTSP: rtsp_server IR-SOURCE VISIBLE-SOURCE
// [ENCODER [PORT]], each source a piece of a gst-launch line. Whoever connects shares one pipeline,
// which runs as long as somebody watches.
//
//   rtsp_server "v4l2src device=/dev/video2 ! videoconvert" "v4l2src device=/dev/video0"
//   gst-play-1.0 rtsp://127.0.0.1:8554/fused
#include <cstdio>
#include <string>

#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>

int main(int argc, char** argv) {
  if (argc < 3 || argc > 5) {
    std::fprintf(stderr,
                 "usage: %s IR-SOURCE VISIBLE-SOURCE [ENCODER [PORT]]\n"
                 "sources: each a piece of a gst-launch line, as \"videotestsrc is-live=true\"; "
                 "the encoder\n"
                 "ends in an RTP payloader called pay0 (default, or \"\": Motion JPEG); the port "
                 "is 8554 if\n"
                 "nothing is said, 0 takes one that is free\n",
                 argv[0]);
    return 2;
  }
  gst_init(&argc, &argv);
  std::string encoder = argc > 3 ? argv[3] : "";
  // RTP has no JPEG of 4:4:4.
  if (encoder.empty()) {
    encoder = "videoconvert ! video/x-raw,format=I420 ! jpegenc quality=85 ! rtpjpegpay name=pay0";
  }
  // A queue before each pad, so that no camera waits for the other; one after, so that encoding and
  // fusing overlap.
  const std::string pipeline =
      "( seafusion name=fusion model=lite ! queue max-size-buffers=2 ! " + encoder + " " + argv[1] +
      " ! queue max-size-buffers=2 leaky=downstream ! fusion.ir " + argv[2] +
      " ! queue max-size-buffers=2 leaky=downstream ! fusion.visible )";

  GstRTSPServer* server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, argc > 4 ? argv[4] : "8554");
  GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server);
  GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_launch(factory, pipeline.c_str());
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  gst_rtsp_mount_points_add_factory(mounts, "/fused", factory);
  g_object_unref(mounts);
  if (gst_rtsp_server_attach(server, nullptr) == 0) {
    std::fprintf(stderr, "cannot listen on 127.0.0.1:%s\n", argc > 4 ? argv[4] : "8554");
    return 1;
  }
  std::printf("rtsp://127.0.0.1:%d/fused\n", gst_rtsp_server_get_bound_port(server));
  std::fflush(stdout);
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
  g_object_unref(server);
  return 0;
}
