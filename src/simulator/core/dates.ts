/**
 * Dates as PVE's Perl writes them; the company keeps UTC.
 *
 * @module
 */

/** A time in seconds as `Sun Nov 22 14:44:08 2026`. */
export function perlDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  const [day, number = "", month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${String(Number(number)).padStart(2)} ${time} ${year}`;
}

/** A time in seconds as a line of the system log starts: `Nov 22 14:44:08`. */
export function logDate(seconds: number): string {
  return perlDate(seconds).slice(4, 19);
}
