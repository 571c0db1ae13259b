// Made of openapi.yaml by openapi-typescript; "npm run openapi" makes it again.

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Answers while the event loop turns */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Says whether pictures are taken
         * Ready when every model is warm and at least one engine is alive. Does not depend on the queue.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the models that are served */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This contract */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/detect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Detects objects in one picture
         * JPEG, PNG and WebP always; AVIF, GIF (first frame) and TIFF where configured. `Accept: image/jpeg`, `image/png` or `image/webp` gives the picture with the detections drawn on it, upright and in full size; without an `Accept` header, or with the one that Java sends by itself, the answer is JSON. Options go into the query, the form fields or the JSON body; each at most once.
         */
        post: operations["detect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/detect/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Detects objects in several pictures
         * At most `MAX_IMAGES_PER_REQUEST` (16) pictures. The options hold for all of them; one that fails does not fail the others. The answer is always JSON, so `bands` changes nothing.
         */
        post: operations["detectBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** RFC 9457 problem details. */
        Problem: {
            /** urn:problem-type:gfl-serve: and the code. */
            type: string;
            title: string;
            status: number;
            /** What was wrong with this request, as a sentence. */
            detail: string;
            /**
             * The stable name to program against.
             * @enum {unknown}
             */
            code: "invalid_request" | "unauthorized" | "not_found" | "method_not_allowed" | "request_timeout" | "payload_too_large" | "unsupported_media_type" | "unprocessable_image" | "overloaded" | "internal" | "unavailable" | "deadline_exceeded";
            /** The X-Request-Id that was sent, else a new one. The log has it, too. */
            request_id: string;
        };
        DetectionAnswer: {
            /** The X-Request-Id that was sent, else a new one. The log has it, too. */
            request_id: string;
            model: {
                name: string;
                version: string;
                /** @enum {unknown} */
                provider: "cpu" | "cuda";
            };
            /** Size of the upright picture: EXIF orientation is applied. */
            image: {
                width: number;
                height: number;
            };
            /** Highest score first. */
            detections: {
                class_id: number;
                label: string;
                /** Joint classification-and-quality score: the predicted IoU of the box with its object. */
                score: number;
                /** Pixels of the upright picture, from its top left corner. */
                box: {
                    x1: number;
                    y1: number;
                    x2: number;
                    y2: number;
                };
                /** Standard deviation of each edge in pixels of the upright picture; where the border cuts the box off, of the edge as predicted. Absent when the model predicts no distribution. */
                uncertainty?: {
                    left: number;
                    top: number;
                    right: number;
                    bottom: number;
                };
                /** The general distribution: for each edge the probability of every bin. Bin i lies i * bin_size from the origin, outwards. Only with include=distribution. */
                distribution?: {
                    left: number[];
                    top: number[];
                    right: number[];
                    bottom: number[];
                    origin: {
                        x: number;
                        y: number;
                    };
                    bin_size: {
                        x: number;
                        y: number;
                    };
                };
            }[];
            /** Milliseconds in each stage, and from the head of the request to its answer. Only with include=timings. */
            timings_ms?: {
                queue: number;
                image: number;
                tensor: number;
                inference: number;
                gfl: number;
                nms: number;
                total: number;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** Alive. */
            200: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** Ready. */
            200: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                        engines: {
                            /** Engines that take pictures now. */
                            serving: number;
                            configured: number;
                            /** Engines that die again and again; each start waits longer. */
                            crash_looping: number;
                        };
                    };
                };
            };
            /** `unavailable`: Starting, shutting down, no engine alive, or the one that had the picture died or got too little memory for it; send it again. */
            503: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    /** Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** The metrics. */
            200: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** `unauthorized`: API keys are configured, and the request has none or a wrong one. */
            401: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** The models; the default one is first. */
            200: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            name: string;
                            version: string;
                            /** Answers requests that name no model. */
                            default: boolean;
                            license: string;
                            source: string;
                            /**
                             * Absent until it is warm.
                             * @enum {unknown}
                             */
                            provider?: "cpu" | "cuda";
                            /** Of the graph. Absent until it is warm. */
                            sha256?: string;
                            /** Nominal size of the network input. */
                            input: {
                                width: number;
                                height: number;
                                /**
                                 * Whether every picture gets this size, or only what it covers of it. Absent until it is warm.
                                 * @enum {unknown}
                                 */
                                shape?: "fixed" | "rectangular";
                            };
                            /** The class id is the index. */
                            labels: string[];
                        }[];
                    };
                };
            };
            /** `unauthorized`: API keys are configured, and the request has none or a wrong one. */
            401: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** OpenAPI 3.1. */
            200: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** `unauthorized`: API keys are configured, and the request has none or a wrong one. */
            401: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    detect: {
        parameters: {
            query?: {
                /** Detections with a lower joint score are left out. */
                score_threshold?: number;
                /**
                 * Score thresholds of single classes, by name or id; each replaces `score_threshold` for its class.
                 * @example person:0.5,car:0.3
                 */
                class_thresholds?: string;
                /** Boxes of one class that overlap more are one object. Default: from the manifest of the model. Without effect where the graph of the model suppresses by itself. */
                iou_threshold?: number;
                /** At most this many detections, the ones with the highest score. */
                max_detections?: number;
                /**
                 * Only these classes, by name or id. Default: all.
                 * @example person,car,2
                 */
                classes?: string;
                /** Overlapping boxes of different classes are one object, too. `true`, `false`, `1` or `0`. Without effect where the graph of the model suppresses by itself. */
                class_agnostic?: boolean;
                /** On an annotated picture: a soft band along each edge, as wide as its uncertainty. `true`, `false`, `1` or `0`. */
                bands?: boolean;
                /** Name of a model that `GET /models` lists. Default: the first of them. */
                model?: string;
                /** Comma list of what the answer carries beside the detections: `distribution` (the probabilities behind each edge), `timings`. */
                include?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** One picture. Any single file part is taken, whatever its name. */
                    image: string;
                    /**
                     * Detections with a lower joint score are left out.
                     * @default 0.25
                     */
                    score_threshold?: number;
                    /**
                     * Score thresholds of single classes, by name or id; each replaces `score_threshold` for its class.
                     * @example person:0.5,car:0.3
                     */
                    class_thresholds?: string;
                    /** Boxes of one class that overlap more are one object. Default: from the manifest of the model. Without effect where the graph of the model suppresses by itself. */
                    iou_threshold?: number;
                    /**
                     * At most this many detections, the ones with the highest score.
                     * @default 100
                     */
                    max_detections?: number;
                    /**
                     * Only these classes, by name or id. Default: all.
                     * @example person,car,2
                     */
                    classes?: string;
                    /**
                     * Overlapping boxes of different classes are one object, too. `true`, `false`, `1` or `0`. Without effect where the graph of the model suppresses by itself.
                     * @default false
                     */
                    class_agnostic?: boolean;
                    /**
                     * On an annotated picture: a soft band along each edge, as wide as its uncertainty. `true`, `false`, `1` or `0`.
                     * @default false
                     */
                    bands?: boolean;
                    /** Name of a model that `GET /models` lists. Default: the first of them. */
                    model?: string;
                    /**
                     * Comma list of what the answer carries beside the detections: `distribution` (the probabilities behind each edge), `timings`.
                     * @example timings
                     * @example distribution,timings
                     */
                    include?: string;
                };
                "image/*": string;
                "application/octet-stream": string;
                "application/json": {
                    /**
                     * Format: byte
                     * The picture in base64, with or without a data: prefix.
                     */
                    image: string;
                    /**
                     * Detections with a lower joint score are left out.
                     * @default 0.25
                     */
                    score_threshold?: number;
                    class_thresholds?: string | {
                        [key: string]: number;
                    };
                    /** Boxes of one class that overlap more are one object. Default: from the manifest of the model. Without effect where the graph of the model suppresses by itself. */
                    iou_threshold?: number;
                    /**
                     * At most this many detections, the ones with the highest score.
                     * @default 100
                     */
                    max_detections?: number;
                    classes?: string | (string | number)[];
                    /**
                     * Overlapping boxes of different classes are one object, too. `true`, `false`, `1` or `0`. Without effect where the graph of the model suppresses by itself.
                     * @default false
                     */
                    class_agnostic?: boolean;
                    /**
                     * On an annotated picture: a soft band along each edge, as wide as its uncertainty. `true`, `false`, `1` or `0`.
                     * @default false
                     */
                    bands?: boolean;
                    /** Name of a model that `GET /models` lists. Default: the first of them. */
                    model?: string;
                    include?: string | ("distribution" | "timings")[];
                };
            };
        };
        responses: {
            /** The detections. */
            200: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    /** Milliseconds in each stage, and in total. */
                    "Server-Timing"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "request_id": "0b9c0b0e-6c07-4f0e-9f0b-1f6a2f1f7b11",
                     *       "model": {
                     *         "name": "nanodet-g",
                     *         "version": "1",
                     *         "provider": "cpu"
                     *       },
                     *       "image": {
                     *         "width": 640,
                     *         "height": 480
                     *       },
                     *       "detections": [
                     *         {
                     *           "class_id": 0,
                     *           "label": "person",
                     *           "score": 0.87123,
                     *           "box": {
                     *             "x1": 10.21,
                     *             "y1": 33,
                     *             "x2": 120.5,
                     *             "y2": 300.1
                     *           },
                     *           "uncertainty": {
                     *             "left": 1.2,
                     *             "top": 0.94,
                     *             "right": 4.8,
                     *             "bottom": 2
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DetectionAnswer"];
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                };
            };
            /** `invalid_request`: No picture or too many, malformed multipart or JSON, an unknown option or a bad value; at `/detect` an `Accept` that nothing there fits. */
            400: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unauthorized`: API keys are configured, and the request has none or a wrong one. */
            401: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `not_found`: Unknown path or model. */
            404: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `request_timeout`: The request did not arrive in time. */
            408: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `payload_too_large`: More bytes than are accepted. */
            413: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unsupported_media_type`: Bytes of no accepted picture format, or a body with a Content-Encoding. */
            415: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unprocessable_image`: The picture does not decode, has too many pixels, scans or other pieces, or engines have died of it. */
            422: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `overloaded`: Too many pictures are waiting. */
            429: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    /** Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `internal`: A bug; its text stays in the log. */
            500: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unavailable`: Starting, shutting down, no engine alive, or the one that had the picture died or got too little memory for it; send it again. */
            503: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    /** Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `deadline_exceeded`: Not answered within the deadline. */
            504: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    detectBatch: {
        parameters: {
            query?: {
                /** Detections with a lower joint score are left out. */
                score_threshold?: number;
                /**
                 * Score thresholds of single classes, by name or id; each replaces `score_threshold` for its class.
                 * @example person:0.5,car:0.3
                 */
                class_thresholds?: string;
                /** Boxes of one class that overlap more are one object. Default: from the manifest of the model. Without effect where the graph of the model suppresses by itself. */
                iou_threshold?: number;
                /** At most this many detections, the ones with the highest score. */
                max_detections?: number;
                /**
                 * Only these classes, by name or id. Default: all.
                 * @example person,car,2
                 */
                classes?: string;
                /** Overlapping boxes of different classes are one object, too. `true`, `false`, `1` or `0`. Without effect where the graph of the model suppresses by itself. */
                class_agnostic?: boolean;
                /** On an annotated picture: a soft band along each edge, as wide as its uncertainty. `true`, `false`, `1` or `0`. */
                bands?: boolean;
                /** Name of a model that `GET /models` lists. Default: the first of them. */
                model?: string;
                /** Comma list of what the answer carries beside the detections: `distribution` (the probabilities behind each edge), `timings`. */
                include?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    image: string[];
                    /**
                     * Detections with a lower joint score are left out.
                     * @default 0.25
                     */
                    score_threshold?: number;
                    /**
                     * Score thresholds of single classes, by name or id; each replaces `score_threshold` for its class.
                     * @example person:0.5,car:0.3
                     */
                    class_thresholds?: string;
                    /** Boxes of one class that overlap more are one object. Default: from the manifest of the model. Without effect where the graph of the model suppresses by itself. */
                    iou_threshold?: number;
                    /**
                     * At most this many detections, the ones with the highest score.
                     * @default 100
                     */
                    max_detections?: number;
                    /**
                     * Only these classes, by name or id. Default: all.
                     * @example person,car,2
                     */
                    classes?: string;
                    /**
                     * Overlapping boxes of different classes are one object, too. `true`, `false`, `1` or `0`. Without effect where the graph of the model suppresses by itself.
                     * @default false
                     */
                    class_agnostic?: boolean;
                    /**
                     * On an annotated picture: a soft band along each edge, as wide as its uncertainty. `true`, `false`, `1` or `0`.
                     * @default false
                     */
                    bands?: boolean;
                    /** Name of a model that `GET /models` lists. Default: the first of them. */
                    model?: string;
                    /**
                     * Comma list of what the answer carries beside the detections: `distribution` (the probabilities behind each edge), `timings`.
                     * @example timings
                     * @example distribution,timings
                     */
                    include?: string;
                };
            };
        };
        responses: {
            /** A result or a problem for each picture, in order. */
            200: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    /** Milliseconds in total. */
                    "Server-Timing"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: (components["schemas"]["DetectionAnswer"] | components["schemas"]["Problem"])[];
                    };
                };
            };
            /** `invalid_request`: No picture or too many, malformed multipart or JSON, an unknown option or a bad value; at `/detect` an `Accept` that nothing there fits. */
            400: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unauthorized`: API keys are configured, and the request has none or a wrong one. */
            401: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `not_found`: Unknown path or model. */
            404: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `request_timeout`: The request did not arrive in time. */
            408: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `payload_too_large`: More bytes than are accepted. */
            413: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unsupported_media_type`: Bytes of no accepted picture format, or a body with a Content-Encoding. */
            415: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unprocessable_image`: The picture does not decode, has too many pixels, scans or other pieces, or engines have died of it. */
            422: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `overloaded`: Too many pictures are waiting. */
            429: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    /** Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `internal`: A bug; its text stays in the log. */
            500: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `unavailable`: Starting, shutting down, no engine alive, or the one that had the picture died or got too little memory for it; send it again. */
            503: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    /** Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** `deadline_exceeded`: Not answered within the deadline. */
            504: {
                headers: {
                    /** Names this request in the log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
