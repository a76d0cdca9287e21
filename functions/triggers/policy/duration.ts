const FORM = /^(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/;

/** Milliseconds of `30s`, `5m`, `2h`, `1h30m`; null for anything else. */
export function parseDuration(text: string): number | null {
  const parts = FORM.exec(text);
  if (parts === null || text === '') return null;
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
