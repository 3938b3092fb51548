// What drivers are planned with, those of runs and those of clusters.
#pragma once

#include "workspace/files/objects.h"
#include "workspace/secrets/secret_store.h"
#include "workspace/spark/driver_setting.h"

namespace weir::workspace {

struct DriverWorld {
  const DriverSetting& setting;
  const FileTree& dbfs;
  const Objects& objects;
  SecretStore& secrets;
};

}  // namespace weir::workspace
