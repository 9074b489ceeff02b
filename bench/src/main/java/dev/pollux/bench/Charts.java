package dev.pollux.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures, each for light and for dark pages. */
final class Charts {
    /** A picture that a part wants drawn. */
    sealed interface Figure permits Bars, Lines {
        /** The name of its files, without the ending. */
        String file();

        /** What it shows; also its text for those who cannot see it. */
        String title();

        /** Whether there is nothing to be seen on it. */
        boolean isEmpty();
    }

    /** Groups of bars: a group of each category, in it a bar of each series that has something there. */
    record Bars(String file, String title, String yTitle, List<String> categories, List<Series<String>> series)
            implements Figure {
        /** The medians of a metric: in each row a bar of each contestant. */
        static Bars of(String file, String title, String yTitle, List<String> rows, Results results, String metric) {
            return new Bars(file, title, yTitle, rows, results.contestants(metric).stream()
                    .map(contestant -> new Series<>(contestant, results.medians(contestant, metric))).toList());
        }

        @Override
        public boolean isEmpty() {
            return categories.isEmpty();
        }
    }

    /** Lines over two axes, of which the first one is logarithmic; a line without points is left out. */
    record Lines(String file, String title, String xTitle, String yTitle, boolean logY, List<Series<Integer>> series)
            implements Figure {
        Lines {
            series = series.stream().filter(line -> !line.values.isEmpty()).toList();
        }

        @Override
        public boolean isEmpty() {
            return series.isEmpty();
        }
    }

    /** A contestant's values, by category or by the place on the first axis, in its order. */
    record Series<X>(String contestant, Map<X, Double> values) { }

    /** The colours of a page. */
    private record Page(String name, Color ink, Color grid, Color background, Color[] contestants) { }

    // six colours that the colour-blind can tell apart, too, Pollux's first; each chosen for its background
    private static final List<Page> PAGES = List.of(
            new Page("light", new Color(0x1f2328), new Color(0xd1d9e0), Color.WHITE, colours(
                    0x0969da, 0x59636e, 0xd1600a, 0x8250df, 0x1a7f37, 0xbf3989)),
            new Page("dark", new Color(0xe6edf3), new Color(0x3d444d), new Color(0x0d1117), colours(
                    0x58a6ff, 0x9198a1, 0xf0883e, 0xbc8cff, 0x56d364, 0xf778ba)));

    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;

    static {
        System.setProperty("java.awt.headless", "true");
    }

    private Charts() { }

    private static Color[] colours(int... rgb) {
        return Arrays.stream(rgb).mapToObj(Color::new).toArray(Color[]::new);
    }

    /** Writes {@code file-light.svg} and {@code file-dark.svg}. */
    static void write(Figure figure, Path directory) throws IOException {
        for (Page page : PAGES) {
            Chart<?, ?> chart = switch (figure) {
                case Bars bars -> bars(bars, page);
                case Lines lines -> lines(lines, page);
            };
            Files.write(directory.resolve(figure.file() + "-" + page.name() + ".svg"),
                    ChartEncoder.getBytes(chart, "svg"));
        }
    }

    private static CategoryChart bars(Bars bars, Page page) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(bars.title())
                .xAxisTitle("").yAxisTitle(bars.yTitle()).build();
        CategoryStyler styler = chart.getStyler();
        style(styler, page, bars.series());
        int longest = bars.categories().stream().mapToInt(String::length).max().orElse(0);
        styler.setXAxisLabelRotation(longest * bars.categories().size() > 140 ? 45 : 0);
        styler.setAvailableSpaceFill(0.8);
        for (Series<String> series : bars.series()) {
            // a missing bar is null for XChart, too
            chart.addSeries(series.contestant(), bars.categories(),
                    bars.categories().stream().map(series.values()::get).toList());
        }
        return chart;
    }

    private static XYChart lines(Lines lines, Page page) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(lines.title())
                .xAxisTitle(lines.xTitle()).yAxisTitle(lines.yTitle()).build();
        XYStyler styler = chart.getStyler();
        style(styler, page, lines.series());
        styler.setXAxisLogarithmic(true);
        styler.setYAxisLogarithmic(lines.logY());
        styler.setMarkerSize(6);
        if (!lines.logY()) {
            styler.setYAxisMin(0.0);
        }
        for (Series<Integer> line : lines.series()) {
            XYSeries series = chart.addSeries(line.contestant(), List.copyOf(line.values().keySet()),
                    List.copyOf(line.values().values()));
            series.setMarker(SeriesMarkers.CIRCLE);
            series.setLineStyle(new BasicStroke(2));
        }
        return chart;
    }

    private static void style(AxesChartStyler styler, Page page, List<? extends Series<?>> series) {
        styler.setChartTitleFont(styler.getChartTitleFont().deriveFont(Font.BOLD, 15));
        styler.setAxisTitleFont(styler.getAxisTitleFont().deriveFont(Font.PLAIN, 12));
        styler.setAxisTickLabelsFont(styler.getAxisTickLabelsFont().deriveFont(Font.PLAIN, 12));
        styler.setLegendFont(styler.getLegendFont().deriveFont(Font.PLAIN, 12));
        styler.setChartPadding(16);
        styler.setChartBackgroundColor(page.background());
        styler.setPlotBackgroundColor(page.background());
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(page.grid());
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setChartFontColor(page.ink());
        styler.setAxisTickLabelsColor(page.ink());
        styler.setAxisTickMarksColor(page.grid());
        styler.setXAxisTitleColor(page.ink());
        styler.setYAxisTitleColor(page.ink());
        styler.setChartTitleBoxVisible(false);
        styler.setLegendBackgroundColor(page.background());
        styler.setLegendBorderColor(page.background());
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
        styler.setSeriesColors(series.stream().map(one -> colour(one.contestant(), page)).toArray(Color[]::new));
    }

    /** The same contestant has the same colour in every chart. */
    private static Color colour(String contestant, Page page) {
        int index = switch (contestant) {
            case Results.POLLUX, "epoll" -> 0;
            case "Netty NIO" -> 5;
            case String s when s.equals(Results.C) || s.startsWith("C ") -> 1;
            case String s when s.startsWith("Netty") || s.startsWith("select") || s.startsWith("redis") -> 2;
            case String s when s.startsWith("Selector, consumer") -> 4;
            case String s when s.startsWith("Selector") -> 3;
            default -> 5;
        };
        return page.contestants()[index];
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
