package dev.pollux.bench;

/** What each call costs. */
final class Calls implements Part {
    @Override
    public String name() {
        return "calls";
    }

    @Override
    public String title() {
        return "Calls";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        plan.progress("not yet");
    }
}
