# gfl-serve in a container.
#   docker build -t gfl-serve .                        CPU (the default target)
#   docker build -t gfl-serve:cuda --target cuda .     NVIDIA GPU, CUDA 13, cuDNN 9
# docs/docker.md says how to run either.

ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG CPU_IMAGE=docker.io/library/debian:bookworm-slim
ARG CUDA_IMAGE=docker.io/nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04

# --- everything that needs npm and a compiler -----------------------------------------------------------------------
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json asconfig.json ./
COPY assembly assembly
COPY src src
COPY samples samples
RUN npm run build
COPY models models
RUN npm run model && chmod 755 dist/cli.js
# What runs: production dependencies, the one font that is used, ONNX Runtime for this platform only, no source maps. sharp's WebAssembly is
# for other platforms; npm leaves out the packages that want it, and installs it all the same (10 MB).
RUN npm prune --omit=dev \
 && rm -rf node_modules/@img/sharp-wasm32 node_modules/@emnapi \
 && find dist node_modules -type f -name '*.map' -delete \
 && find node_modules/dejavu-fonts-ttf/ttf -type f ! -name DejaVuSans-Bold.ttf -delete \
 && cd node_modules/onnxruntime-node/bin/napi-v6 \
 && arch="$(node -p process.arch)" \
 && find . -mindepth 1 -maxdepth 1 ! -name linux -exec rm -rf {} + \
 && find linux -mindepth 1 -maxdepth 1 ! -name "$arch" -exec rm -rf {} +

# --- the CUDA provider, which the npm package leaves out ------------------------------------------------------------
FROM build AS cuda-provider
COPY docker/fetch-cuda-provider.sh docker/
RUN sh docker/fetch-cuda-provider.sh

# --- target cuda ----------------------------------------------------------------------------------------------------
FROM ${CUDA_IMAGE} AS cuda
ENV NODE_ENV=production HOST=0.0.0.0 PROVIDER=cuda ORT_DISABLE_TELEMETRY=1 XDG_CACHE_HOME=/tmp/.cache
# libturbojpeg, in Ubuntu's name for it, decodes ordinary JPEGs in half the time; the fonts are for labels on annotated
# pictures in Chinese, Japanese, Korean, Devanagari, Thai and others (12 MB; DejaVu comes with the npm packages), fontconfig-config is how they are found.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libturbojpeg fontconfig-config fonts-droid-fallback fonts-noto-ui-core \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
WORKDIR /app
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app/package.json ./
COPY --from=cuda-provider /app/node_modules node_modules
COPY docker/check-cuda-libraries.sh /tmp/
RUN sh /tmp/check-cuda-libraries.sh node_modules/onnxruntime-node/bin/napi-v6/linux/x64 && rm /tmp/check-cuda-libraries.sh
COPY --from=build /app/dist dist
COPY --from=build /app/models models
COPY --from=build /app/samples samples
RUN ln -s /app/dist/cli.js /usr/local/bin/gfl-serve
COPY openapi.yaml LICENSE ./
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "dist/healthcheck.js"]
CMD ["node", "dist/main.js"]

# --- target cpu -----------------------------------------------------------------------------------------------------
FROM ${CPU_IMAGE} AS cpu
ENV NODE_ENV=production HOST=0.0.0.0 PROVIDER=cpu ORT_DISABLE_TELEMETRY=1 XDG_CACHE_HOME=/tmp/.cache
# As above.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libturbojpeg0 fontconfig-config fonts-droid-fallback fonts-noto-ui-core \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
WORKDIR /app
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/models models
COPY --from=build /app/samples samples
RUN ln -s /app/dist/cli.js /usr/local/bin/gfl-serve
COPY openapi.yaml LICENSE ./
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "dist/healthcheck.js"]
CMD ["node", "dist/main.js"]
