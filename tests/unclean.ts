/**
 * Characters that no answer may hold: controls but tab and newline, blanks that are none of ours, unseen
 * ones, turns of direction. A joiner or the style of an emoji may stand behind what it belongs to.
 */
export const UNCLEAN =
  /(?![\t\n])[\p{Cc}\u00a0\u00ad\u115f\u1160\u180b-\u180f\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0e\ufeff\uffa0\u{e0000}-\u{e0fff}]|(?<![^\p{ASCII}])[\u200c\u200d]|(?<![^\p{ASCII}]|[\d#*])\ufe0f/u;
