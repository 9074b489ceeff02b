package dev.pollux.examples.kv;

/** Redis's patterns: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, {@code \} before what stands for itself. */
final class Glob {
    private Glob() { }

    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length() || p < pattern.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = ++p; // only the last star is ever tried again: no pattern takes for ever
                resume = t;
                continue;
            }
            int next = p < pattern.length() && t < text.length() ? afterMatch(pattern, p, text.charAt(t)) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (star >= 0 && resume < text.length()) {
                p = star;
                t = ++resume;
            } else {
                return false;
            }
        }
        return true;
    }

    /** Where the pattern goes on behind what matches a character, or -1 if that does not match. */
    private static int afterMatch(String pattern, int from, char c) {
        int p = unescaped(pattern, from);
        if (pattern.charAt(from) != '[') {
            return pattern.charAt(from) == '?' || pattern.charAt(p) == c ? p + 1 : -1;
        }
        boolean negated = pattern.startsWith("^", ++p);
        boolean found = false;
        for (p += negated ? 1 : 0; p < pattern.length() && pattern.charAt(p) != ']'; p++) {
            p = unescaped(pattern, p);
            char low = pattern.charAt(p);
            p += p + 2 < pattern.length() && pattern.charAt(p + 1) == '-' ? 2 : 0;
            found |= c >= low && c <= pattern.charAt(p);
        }
        return found == negated ? -1 : Math.min(p + 1, pattern.length());
    }

    /** The place of what a backslash is before, if there is one. */
    private static int unescaped(String pattern, int p) {
        return pattern.charAt(p) == '\\' && p + 1 < pattern.length() ? p + 1 : p;
    }
}
