const QUALITY = 0.9;

/** What the camera shows at this moment. */
export function grabFrame(video: HTMLVideoElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')!.drawImage(video, 0, 0);
  return canvas;
}

/** In place of a frame that no camera gave. */
export function emptyFrame(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  return canvas;
}

export function toJpeg(frame: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    frame.toBlob(blob => (blob ? resolve(blob) : reject(new Error('The frame has no pixels'))), 'image/jpeg', QUALITY);
  });
}
