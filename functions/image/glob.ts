/**
 * Whether the whole text matches a pattern of `*` (any characters) and `?` (one character). Takes at most pattern × text steps: on a mismatch
 * only the last `*` is tried again, one character further.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  let [at, next] = [0, 0];
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next++;
      resume = at;
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      at++;
      next++;
    } else if (star !== -1) {
      next = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(next));
}
