/**
 * How glibc keeps memory in an engine, as environment variables.
 *
 * It keeps a heap for every thread that ever allocated, and after the first large picture takes the next ones from those heaps, which never
 * shrink again. Two heaps, and pictures of their own pages: 200 MB an engine after large photos instead of 290, at no cost in time.
 *
 * What a run gives is new memory each time, 1.6 MB for nanodet-plus-m_416 where all points leave the graph. Left to itself glibc gives it back after every
 * garbage collection and asks for it again page by page; where the hypervisor has a part in each page that took 4 ms a picture (20 instead of 15).
 */
export const MALLOC_SETTINGS = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(4 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(512 * 1024 * 1024),
} as const;
