/** Cell "Tags" of the ImageStream table: newest tags first, cut at about 40 columns (openshift-semantics.md §1, Tables). */
import type { NamedTagEventList } from '../../image/types.ts';

const BUDGET = 40;
/** A tag that overshoots the budget by at most this much is still shown, if more than this much room was left before it. */
const TOLERANCE = 10;

/** Tag names by the creation time of their newest event (whole seconds), newest first, ties by name; tags without events last. */
export function tagNamesByAge(tags: readonly NamedTagEventList[]): readonly string[] {
  return tags
    .map((tag) => ({ name: tag.tag, created: tag.items?.[0] === undefined ? -1 : Math.round(Date.parse(tag.items[0].created) / 1000) }))
    .sort((a, b) => b.created - a.created || (a.name < b.name ? -1 : 1))
    .map((tag) => tag.name);
}

/** How many of the names fit the cell. */
export function countShownTags(names: readonly string[]): number {
  let room = BUDGET;
  for (const [index, name] of names.entries()) {
    const before = room;
    room -= name.length + 1;
    if (room >= 0) continue;
    if (index === 0) return 1;
    const tolerated = before - 1 > TOLERANCE && -room <= TOLERANCE;
    if (!tolerated) return index;
  }
  return names.length;
}

/** The whole cell: `latest,v2 + 3 more...`. */
export function formatTagsCell(tags: readonly NamedTagEventList[]): string {
  const names = tagNamesByAge(tags);
  const shown = countShownTags(names);
  const hidden = names.length - shown;
  const text = names.slice(0, shown).join(',');
  return hidden > 0 ? `${text} + ${hidden} more...` : text;
}
