module consumer {
    requires dev.pollux;
}
