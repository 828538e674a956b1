// Everything a user of libseafusion needs.
#ifndef SEAFUSION_SEAFUSION_H_
#define SEAFUSION_SEAFUSION_H_

#include <seafusion/fuser.h>
#include <seafusion/image.h>
#include <seafusion/status.h>
#include <seafusion/version.h>

#endif  // SEAFUSION_SEAFUSION_H_
