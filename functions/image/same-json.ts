/** Whether two values are the same once stored: members that are undefined count as absent, order of members does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((element, index) => sameJson(element, b[index]));
  }
  const left = definedMembers(a);
  const right = new Map(definedMembers(b));
  return left.length === right.size && left.every(([name, value]) => right.has(name) && sameJson(value, right.get(name)));
}

function definedMembers(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}
