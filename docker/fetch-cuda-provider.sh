#!/bin/sh
# Runs the download step of onnxruntime-node that .npmrc keeps npm from running, and makes sure that it brought the provider.
# ("cuda12" is the package's only name for a Linux CUDA provider; version 1.29 of it links CUDA 13.)
package=node_modules/onnxruntime-node
provider=$package/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so

ONNXRUNTIME_NODE_INSTALL=cuda12 node $package/script/install.js > /tmp/cuda-provider.log 2>&1
status=$?
if [ $status -ne 0 ] || [ ! -s $provider ]; then
  echo "The cuda target cannot be built: onnxruntime-node's download of its CUDA provider (NuGet) failed: $(grep -m 1 -iE 'error|failed' /tmp/cuda-provider.log || echo "no provider library was left behind")" >&2
  exit 1
fi
# TensorRT's provider comes along and is not used.
rm -f $package/bin/napi-v6/linux/x64/libonnxruntime_providers_tensorrt.so
