/** The members of an event's detail that are texts; none of anything but an object. */
export function membersOf(detail: unknown): Readonly<Record<string, string | undefined>> {
  if (typeof detail !== 'object' || detail === null) return {};
  return Object.fromEntries(Object.entries(detail).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
