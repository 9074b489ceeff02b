package dev.pollux.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The pictures, each for light and for dark pages. */
final class Charts {
    /** A picture that a part wants drawn. */
    sealed interface Figure permits Bars, Lines {
        /** The name of its files, without the ending. */
        String file();

        /** What it shows; also its text for those who cannot see it. */
        String title();
    }

    /**
     * Groups of bars: a group of each category, in it a bar of each series.
     *
     * @param values of each series, one value of each category; NaN where there is none
     */
    record Bars(String file, String title, String yTitle, List<String> categories, List<Line> values)
            implements Figure { }

    /** Lines over two axes, each linear or logarithmic. */
    record Lines(String file, String title, String xTitle, String yTitle, boolean logX, boolean logY, List<Line> lines)
            implements Figure { }

    /** A contestant's values; {@code x} is null in bars. */
    record Line(String contestant, double[] x, double[] y) { }

    private Charts() { }

    /** Writes {@code file-light.svg} and {@code file-dark.svg}. */
    static void write(Figure figure, Path directory) throws IOException {
        throw new UnsupportedOperationException("drawn in the next step: " + figure + directory);
    }

    /** What shows a figure in a Markdown page beside its files. */
    static String markdown(Figure figure) {
        return """
                <picture>
                  <source media="(prefers-color-scheme: dark)" srcset="%1$s-dark.svg">
                  <img alt="%2$s" src="%1$s-light.svg">
                </picture>""".formatted(figure.file(), figure.title());
    }
}
