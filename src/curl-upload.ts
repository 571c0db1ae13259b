/** `-F` of curl for a picture, as words that a shell reads as they are. curl itself ends a plain file name at a comma or a semicolon. */
export function curlUpload(picture: string): string {
  if (/^[\w@%+=:./-]+$/.test(picture)) return `-F image=@${picture}`;
  const forCurl = `image=@"${picture.replaceAll(/["\\]/g, '\\$&')}"`;
  return `-F '${forCurl.replaceAll("'", "'\\''")}'`;
}
