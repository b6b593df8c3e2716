/** Characters that no answer may hold: controls but tab and newline, unseen ones, turns of direction. */
export const UNCLEAN = /(?![\t\n])[\p{Cc}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;
