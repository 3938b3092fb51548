// What drivers are planned and started with, those of runs and those of clusters.
#pragma once

#include "workspace/files/objects.h"
#include "workspace/secrets/secret_store.h"
#include "workspace/spark/drivers.h"

namespace weir::workspace {

struct DriverWorld {
  const DriverSetting& setting;
  const FileTree& dbfs;
  const Objects& objects;
  SecretStore& secrets;
  Drivers& drivers;
};

}  // namespace weir::workspace
