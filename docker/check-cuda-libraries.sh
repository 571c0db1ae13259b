#!/bin/sh
# Usage: check-cuda-libraries.sh FOLDER    FOLDER holds the CUDA provider of ONNX Runtime
# Fails with one line when this image lacks a library that the provider links. libcuda is the host's driver, mounted later.
provider=$1/libonnxruntime_providers_cuda.so
linked=$(LD_LIBRARY_PATH="$1:$LD_LIBRARY_PATH" ldd "$provider") || {
  echo "The cuda target cannot be built: $provider cannot be read by ldd." >&2
  exit 1
}
missing=$(echo "$linked" | awk '/not found/ && $1 !~ /^libcuda\.so/ { printf "%s%s", sep, $1; sep = ", " }')
# cuDNN is opened when a session is made, so it is not among the linked ones.
if ! ldconfig -p | grep -q 'libcudnn\.so'; then missing="$missing${missing:+, }libcudnn.so"; fi
if [ -n "$missing" ]; then
  echo "The cuda target cannot be built: the base image lacks $missing, which ONNX Runtime's CUDA provider links; set CUDA_IMAGE to one with that CUDA and cuDNN version." >&2
  exit 1
fi
